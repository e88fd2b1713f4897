import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { startWarehouse } from './boxes.ts'

const warehouse = await startWarehouse()
const { db, internals } = warehouse
after(() => warehouse[Symbol.asyncDispose]())

const cases: readonly (readonly [expression: string, value: unknown])[] = [
  ['42::int8', 42],
  ['count(*)', 1],
  ['9007199254740993::int8', 9007199254740993n],
  ['-7::int2', -7],
  ['1.5::float8', 1.5],
  ['12.30::numeric', '12.30'],
  ['true', true],
  [`'2026-01-31 10:00:00.123+05:30'::timestamptz`, new Date('2026-01-31T04:30:00.123Z')],
  [`'2026-01-31 10:00:00'::timestamp`, new Date('2026-01-31T10:00:00Z')],
  [`'2026-01-31'::date`, '2026-01-31'],
  [`'1 day 02:00'::interval`, '1 day 02:00:00'],
  [`'{"a":[1,null]}'::jsonb`, { a: [1, null] }],
  [`'null'::json`, null],
  [`array[1, null, 3]::int8[]`, [1, null, 3]],
  [`array['a"b', 'c,d', null, 'NULL']`, ['a"b', 'c,d', null, 'NULL']],
  [`array['2026-01-31 10:00:00+00'::timestamptz]`, [new Date('2026-01-31T10:00:00Z')]],
  [
    `array[array[true, false], array[false, true]]`,
    [
      [true, false],
      [false, true],
    ],
  ],
  [`array['{"a":1}'::jsonb]`, [{ a: 1 }]],
  [`array['b7e23ec2-9af8-4d3c-8a0f-0f1a4b3c2d1e'::uuid]`, ['b7e23ec2-9af8-4d3c-8a0f-0f1a4b3c2d1e']],
  [`'\\x00ff'::bytea`, Buffer.from([0, 255])],
  [`'Grüße 🎉'::text`, 'Grüße 🎉'],
  ['null::int8', null],
]

test('values come as the same types from both databases', async () => {
  for (const [expression, value] of cases) {
    const { rows } = await internals.query(`select ${expression} as value`)
    assert.deepEqual(rows, [{ value }], expression)
  }
})

test('parameters go in as what they are', async () => {
  const parameters = [42, 'x', null, new Date('2026-01-31T10:00:00Z'), { a: 1 }, ['a', 'b'], Buffer.from([1, 2]), 5n]
  const { rows } = await internals.query(
    'select $1::int8 a, $2::text b, $3::text c, $4::timestamptz d, $5::jsonb e, $6::text[] f, $7::bytea g, $8::int8 h',
    parameters,
  )
  const [a, b, c, d, e, f, g] = parameters
  assert.deepEqual(rows, [{ a, b, c, d, e, f, g, h: 5 }])
})

test('megabytes pass in both directions', async () => {
  const text = 'é'.repeat(4_000_000)
  const { rows } = await db.transaction((trx) => sql<{ text: string }>`select ${text}::text as text`.execute(trx))
  assert.ok(rows[0]?.text === text)
})

test("a broken constraint is the driver's error with its SQLSTATE and name", async () => {
  await internals.query('create table warehouse.unique_label (label text constraint one_label unique)')
  await internals.query(`insert into warehouse.unique_label values ('a')`)
  await assert.rejects(internals.query(`insert into warehouse.unique_label values ('a')`), {
    code: '23505',
    constraint: 'one_label',
  })
})

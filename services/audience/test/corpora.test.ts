import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { boot, corpus, type TestApp } from '@fanfare/testkit'
import { parse } from 'csv-parse/sync'
import { readAddress } from '../src/addresses.ts'
import type { ColumnTarget } from '../src/contract.ts'
import { audience } from '../src/service.ts'
import { addContact, addField, addList, start, upload } from './factories.ts'

let app: TestApp
before(async () => {
  app = await boot([audience])
})
after(() => app.stop())

const someone = () => app.as({ tenantId: app.tenant(), role: 'owner' })

interface CsvCase {
  readonly name: string
  readonly file: Buffer
  /** Rows as the corpus has them, without the header; undefined where it only says that the file is bad. */
  readonly expected: string[][] | undefined
}

function casesOf(files: URL, results: URL): CsvCase[] {
  return readdirSync(files)
    .sort()
    .map((name) => ({
      name,
      file: readFileSync(new URL(name, files)),
      expected: expectedRows(new URL(name.replace(/csv$/, 'json'), results)),
    }))
}

function expectedRows(file: URL): string[][] | undefined {
  try {
    const rows: (string[] | Record<string, string>)[] = JSON.parse(readFileSync(file, 'utf8'))
    // Where rows are lists, the first is the header.
    return rows.slice(Array.isArray(rows[0]) ? 1 : 0).map((row) => Object.values(row))
  } catch {
    return undefined
  }
}

const folders = [
  ['csv/spectrum/csvs/', 'csv/spectrum/json/'],
  ['csv/sineemore/csv/', 'csv/sineemore/json/'],
] as const

for (const [csvs, jsons] of folders) {
  const [files, results] = [corpus(csvs), corpus(jsons)]
  const cases = files && results ? casesOf(files, results) : []
  if (cases.length === 0)
    test(`the files of ${csvs} come in`, (t) => t.skip('the corpus of CSV files is not on this machine'))
  for (const { name, file, expected } of cases) {
    test(`no row of ${csvs}${name} is lost`, async () => {
      const api = someone()
      const reply = await api.post('/v1/imports?fileName=x.csv', file, { 'content-type': 'text/csv' })
      if (file.toString().trim() === '') return assert.equal(reply.body.code, 'audience.import_empty')
      assert.equal(reply.status, 201, reply.text)
      // The first column is taken for the address, so that every row is refused and told as it was read.
      const columns = reply.body.columns.map(
        (_: unknown, index: number): ColumnTarget =>
          index === 0 ? { kind: 'field', key: 'email' } : { kind: 'ignore' },
      )
      await start(api, reply.body, { columns })
      await app.drain()
      const { body: done } = await api.get(`/v1/imports/${reply.body.id}`)
      const rejects = await api.get(`/v1/imports/${done.id}/rejects`)
      const told: string[][] = parse(rejects.text, { relax_column_count: true }).slice(1)
      assert.deepEqual([done.state, done.created, told.length], ['done', 0, done.rowsRead])
      if (expected === undefined) return
      const rows = expected.filter((row) => row.join('') !== '')
      assert.deepEqual(
        told.map((row) => row.slice(2)),
        rows,
      )
    })
  }
}

const strings = corpus('strings/blns.json')
const naughty: string[] = strings ? JSON.parse(readFileSync(strings, 'utf8')) : []
const skipped = naughty.length === 0 ? { skip: 'the corpus of strings is not on this machine' } : {}

test('every naughty string is kept as it is in names, fields and tags, or refused', skipped, async () => {
  const api = someone()
  await addField(api, 'note', 'text')
  for (const text of naughty) {
    const trimmed = text.trim()
    const tags = trimmed.length > 0 && trimmed.length <= 100 ? [trimmed] : []
    const firstName = trimmed.length <= 200 ? trimmed : ''
    const made = await addContact(api, { firstName, fields: { note: text }, tags })
    const { body } = await api.get(`/v1/contacts/${made.id}`)
    assert.deepEqual([body.firstName, body.fields.note, body.tags], [firstName, text, tags])
  }
})

test('every naughty string can be searched for, asked about and name a list', skipped, async () => {
  const api = someone()
  await addField(api, 'note', 'text')
  for (const text of naughty) {
    const search = await api.get(`/v1/contacts?search=${encodeURIComponent(text)}`)
    const conditions = [
      { kind: 'field', field: 'note', operator: 'contains', value: text },
      { kind: 'field', field: 'email', operator: 'is_not', value: text },
      { kind: 'field', field: text, operator: 'is', value: text },
      { kind: 'tag', operator: 'has', tag: text },
      { kind: 'engagement', operator: 'did', action: text },
    ]
    const counts = await Promise.all(
      conditions.map((condition) =>
        api.post('/v1/segments/count', { rules: { match: 'any', conditions: [condition] } }),
      ),
    )
    for (const { status, text: reply } of [search, ...counts]) assert.ok(status < 500, reply)
    const name = text.trim()
    if (name.length === 0 || name.length > 200) continue
    const list = await api.post('/v1/lists', { name })
    assert.ok(list.status === 409 || list.body.name === name, list.text)
  }
})

test('every naughty string survives an import and an export', skipped, async () => {
  const api = someone()
  await addField(api, 'note', 'text')
  const notes = naughty.filter((text) => text !== '')
  const quoted = notes.map((text, index) => `n${index}@example.com,"${guard(text).replaceAll('"', '""')}"`)
  const list = await addList(api)
  await start(api, await upload(api, `email,note\n${quoted.join('\n')}\n`), { listId: list.id })
  await app.drain()
  const exported: string[][] = parse((await api.get(`/v1/contacts/export?listId=${list.id}`)).text).slice(1)
  const noteOf = new Map(exported.map((row) => [row[0], row[5]]))
  assert.deepEqual(
    notes.map((_, index) => noteOf.get(`n${index}@example.com`)),
    notes.map(guard),
  )
})

/** As an export writes it: see csv-cells.ts of the kernel. */
function guard(text: string): string {
  if (/^[+-]\d[\d ().-]{0,40}$/.test(text)) return text
  return /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text
}

const diagnosed = corpus('email-addresses/tests.xml')
test(
  'of the diagnosed addresses those taken are safe to deliver to',
  diagnosed ? {} : { skip: 'the corpus of addresses is not on this machine' },
  () => {
    const addresses = readFileSync(diagnosed as URL, 'utf8').matchAll(/<address>([^<]*)<\/address>/g)
    const taken = [...addresses].flatMap(([, text = '']) => readAddress(decodeXml(text)) ?? [])
    assert.ok(taken.length > 0, 'some are taken')
    for (const { key } of taken) {
      assert.match(key, /^[a-z0-9_'+.-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/)
      assert.ok(key.length <= 254 && !key.includes('..'), key)
    }
  },
)

function decodeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    return decimal === undefined ? (named[name] ?? whole) : String.fromCodePoint(Number(decimal))
  })
}

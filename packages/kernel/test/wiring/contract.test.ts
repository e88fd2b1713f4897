import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { z } from 'zod'
import {
  checkContractOutput,
  createLogger,
  defineContract,
  defineService,
  implement,
  type Metrics,
  start,
  token,
} from '../../src/index.ts'

const Weigher = defineContract('weigher', 1, {
  weigh: { input: z.object({ grams: z.int(), unit: z.string().default('g') }), output: z.object({ text: z.string() }) },
  fail: { input: z.object({}), output: z.object({}) },
})
const Spy = token<Metrics>()('spy')

const weigher = defineService({
  provides: Weigher,
  start: () =>
    implement(Weigher, {
      weigh: async ({ grams, unit }) => ({ text: `${grams} ${unit}`, extra: 'left out by the schema' }),
      fail: async () => {
        throw new Error('the scale is broken')
      },
    }),
})
const spy = defineService({ provides: Spy, start: (_needs, { metrics }) => metrics })

const app = await start([weigher, spy], { log: createLogger({ level: 'silent' }) })
after(() => app.stop())

test('a call gets its input parsed, with defaults', async () => {
  assert.equal((await app.get(Weigher).weigh({ grams: 3 })).text, '3 g')
})

test('input that breaks the schema is a rejection, never a throw', async () => {
  const call = app.get(Weigher).weigh({ grams: 3.5 })
  await assert.rejects(call, { name: 'ZodError' })
})

test('output is parsed when tests ask for it', async () => {
  checkContractOutput(true)
  assert.deepEqual(await app.get(Weigher).weigh({ grams: 3 }), { text: '3 g' })
  checkContractOutput(false)
})

test('each operation is counted, with its errors', async () => {
  await assert.rejects(app.get(Weigher).fail({}), /the scale is broken/)
  const summary = await app.get(Spy).summary()
  const failed = summary.find(({ operation }) => operation === 'weigher.fail')
  assert.deepEqual([failed?.kind, failed?.count, failed?.errors], ['call', 1, 1])
  assert.match(await app.get(Spy).text(), /fanfare_operation_seconds_count\{kind="call",operation="weigher\.weigh"/)
})

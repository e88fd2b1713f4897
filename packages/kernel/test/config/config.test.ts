import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { z } from 'zod'
import {
  createLogger,
  defineService,
  nameOf,
  readConfig,
  Secret,
  secret,
  start,
  token,
  unknownVariables,
  variableOf,
} from '../../src/index.ts'

const relay = z
  .object({
    certificate: z.string().optional(),
    key: secret().optional(),
    batchSize: z.coerce.number().int().min(1).default(500),
    dkimKeyB64: z.string().optional(),
  })
  .refine((config) => (config.certificate === undefined) === (config.key === undefined), {
    path: ['certificate', 'key'],
    message: 'set both or neither',
  })

const variables: readonly [string, string, string][] = [
  ['delivery', 'batchSize', 'FANFARE_DELIVERY_BATCH_SIZE'],
  ['delivery', 'dkimKeyB64', 'FANFARE_DELIVERY_DKIM_KEY_B64'],
  ['ai-router', 'url', 'FANFARE_AI_ROUTER_URL'],
]
for (const [service, field, variable] of variables) {
  test(`the field ${field} of ${service} is read from ${variable}`, () => {
    assert.equal(variableOf(service, field), variable)
  })
}

test('names that everybody knows are kept', () => {
  assert.equal(nameOf('db', 'url'), 'DATABASE_URL')
  assert.equal(nameOf('keys', 'dataDir'), nameOf('db', 'dataDir'))
})

test('what is set is parsed, what is empty or unset gets its default', () => {
  assert.equal(readConfig('relay', relay, { FANFARE_RELAY_BATCH_SIZE: '20' }).batchSize, 20)
  assert.equal(readConfig('relay', relay, { FANFARE_RELAY_BATCH_SIZE: '' }).batchSize, 500)
  assert.equal(readConfig('relay', relay, { FANFARE_RELAY_BATCH_SIZE: '20' }, { batchSize: 7 }).batchSize, 7)
})

test('a number that cannot be used is shown with its variable', () => {
  for (const [text, told] of [
    ['many', /FANFARE_RELAY_BATCH_SIZE: must be a number; found 'many'/],
    ['0', /FANFARE_RELAY_BATCH_SIZE: .*>=1; found '0'/],
  ] as const) {
    assert.throws(() => readConfig('relay', relay, { FANFARE_RELAY_BATCH_SIZE: text }), { message: told })
  }
})

test('a contradiction names both variables', () => {
  assert.throws(() => readConfig('relay', relay, { FANFARE_RELAY_CERTIFICATE: 'pem' }), {
    code: 'config.invalid',
    message: /FANFARE_RELAY_CERTIFICATE and FANFARE_RELAY_KEY: set both or neither/,
  })
})

test('the faults of every service are told at once, before anything starts', async () => {
  const started: string[] = []
  const part = <const Id extends string>(id: Id) =>
    defineService({
      provides: token<string>()(id),
      config: z.object({ size: z.coerce.number() }),
      start: () => {
        started.push(id)
        return id
      },
    })
  const log = createLogger({ level: 'silent' })
  const environment = { FANFARE_ONE_SIZE: 'many', FANFARE_TWO_SIZE: 'few' }
  await assert.rejects(start([part('one'), part('two')], { environment, log }), {
    code: 'config.invalid',
    message: /FANFARE_ONE_SIZE: .*\n- FANFARE_TWO_SIZE: /,
  })
  assert.deepEqual(started, [])
})

test('a secret shows in no print, log, error or copy, and only reveal gives it', () => {
  const lines: string[] = []
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } })
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9]{12,40}$/), (value) => {
      const config = readConfig('relay', relay, { FANFARE_RELAY_KEY: value, FANFARE_RELAY_CERTIFICATE: 'pem' })
      assert.equal(config.key?.reveal(), value)
      lines.length = 0
      log.info({ config, held: config.key }, 'started')
      log.error({ err: new Error(`failed with ${config.key}`, { cause: config.key }) }, 'failed')
      const shown = [
        JSON.stringify(config),
        inspect(config, { depth: 9, showHidden: true }),
        String(config.key),
        `${config.key}`,
        JSON.stringify(structuredClone({ ...config, key: { ...config.key } })),
        ...lines,
      ]
      for (const text of shown) assert.ok(!text.includes(value), text)
    }),
  )
})

test('a fault in a secret does not show the secret', () => {
  const strict = z.object({
    key: z
      .string()
      .regex(/^[a-f]+$/)
      .transform((value) => new Secret(value)),
  })
  assert.throws(
    () => readConfig('relay', strict, { FANFARE_RELAY_KEY: 'hunter2hunter2' }),
    (error: Error) => !inspect(error, { depth: 9 }).includes('hunter2') && error.message.includes('FANFARE_RELAY_KEY'),
  )
})

test('a variable that nobody reads is named with the nearest one that is read', () => {
  const services = [{ name: 'relay', schema: relay }]
  const environment = {
    FANFARE_RELAY_BATCHSIZE: '1',
    FANFARE_RELAY_BATCH_SIZE: '1',
    FANFARE_LOG_LEVEL: 'info',
    HOME: '/',
  }
  assert.deepEqual(unknownVariables(services, environment, ['FANFARE_LOG_LEVEL']), [
    { variable: 'FANFARE_RELAY_BATCHSIZE', nearest: 'FANFARE_RELAY_BATCH_SIZE' },
  ])
})

test('start warns about a misspelt variable, also one of a service that is not chosen', async () => {
  const lines: string[] = []
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } })
  const one = defineService({ provides: token<string>()('one'), start: () => 'one' })
  const two = defineService({ provides: token<string>()('two'), config: relay, start: () => 'two' })
  const environment = { FANFARE_TWO_BATCH_SIZE: '1', FANFARE_TWO_BATCH_SIZES: '1' }
  await using app = await start([one, two], { environment, log, only: ['one'] })
  assert.equal(lines.length, 1, app.levels.join())
  assert.match(lines[0]!, /"variable":"FANFARE_TWO_BATCH_SIZES","nearest":"FANFARE_TWO_BATCH_SIZE"/)
})

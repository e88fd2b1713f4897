import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger, defineProblems, type LogFields, withContext } from '../../src/index.ts'

function linesOf(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = []
  write(createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } }))
  return lines.map((line) => JSON.parse(line))
}

const secretFields = [
  'password',
  'passwordHash',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'authorization',
  'cookie',
  'email',
]
for (const field of secretFields) {
  test(`the value of ${field} reaches no log, down to three levels`, () => {
    const nested: LogFields = { [field]: 'shh', a: { [field]: 'shh', b: { [field]: 'shh' } } }
    const text = JSON.stringify(linesOf((log) => log.info(nested, 'done')))
    assert.ok(!text.includes('shh'), text)
    assert.equal(text.split('[redacted]').length - 1, 3)
  })
}

test('an address in the detail of a logged problem is redacted', () => {
  const problem = defineProblems('log-test', { refused: { kind: 'invalid', message: 'The contact was refused' } })
  const err = problem('refused', { detail: { email: 'ann@example.com' } })
  const text = JSON.stringify(linesOf((log) => log.error({ err }, 'failed')))
  assert.ok(text.includes('The contact was refused'))
  assert.ok(!text.includes('ann@example.com'), text)
})

test('names that only look secret are kept', () => {
  const [line] = linesOf((log) => log.info({ key: 'contacts:7', tokens: 512, emailCount: 3 }, 'done'))
  assert.deepEqual([line?.key, line?.tokens, line?.emailCount], ['contacts:7', 512, 3])
})

test('every line carries the ids of the work it was written under', () => {
  const fields = { requestId: 'r1', tenantId: 't1', traceId: 'c1', operation: 'job x' }
  const [inside, outside] = linesOf((log) => {
    withContext(fields, () => log.info({}, 'inside'))
    log.info({}, 'outside')
  })
  const { requestId, tenantId, traceId, operation } = inside ?? {}
  assert.deepEqual({ requestId, tenantId, traceId, operation }, fields)
  assert.equal(outside?.requestId, undefined)
})

test('a child carries its fields, and lines below the level are not written', () => {
  const lines = linesOf((log) => {
    log.child({ service: 'relay' }).warn({ count: 1 }, 'slow')
    log.debug({}, 'too fine')
  })
  assert.equal(lines.length, 1)
  assert.deepEqual([lines[0]?.service, lines[0]?.count, lines[0]?.msg], ['relay', 1, 'slow'])
})

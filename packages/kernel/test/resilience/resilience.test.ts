import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bulkhead,
  circuitBreaker,
  compose,
  defineProblems,
  isProblem,
  isRetryable,
  rateLimit,
  retry,
  timeout,
} from '@fanfare/kernel'

const problem = defineProblems('resilience_test', {
  passing: { kind: 'unavailable', message: 'Not now' },
  final: { kind: 'invalid', message: 'Never' },
})

/** Fails as often as it is told to, then returns how often it ran. */
function flaky(failures: number, make: () => Error = () => problem('passing')) {
  const work = { runs: 0, run: async () => (++work.runs > failures ? work.runs : Promise.reject(make())) }
  return work
}

/** Lets everything run that waits for no timer. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

const isCode = (code: string) => (error: unknown) => isProblem(error, code)

test('a problem says itself whether a retry makes sense', () => {
  assert.equal(isRetryable(problem('passing')), true)
  assert.equal(isRetryable(problem('final')), false)
  assert.equal(isRetryable(new Error('connect ECONNRESET')), false)
})

test('retry waits longer before each further try and returns what the last one made', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const work = flaky(2)
  const done = retry({ attempts: 3, baseDelayMs: 100, random: () => 1 }).run(work.run)
  await settle()
  t.mock.timers.tick(99)
  await settle()
  assert.equal(work.runs, 1)
  t.mock.timers.tick(1)
  await settle()
  assert.equal(work.runs, 2)
  t.mock.timers.tick(199)
  await settle()
  assert.equal(work.runs, 2)
  t.mock.timers.tick(1)
  assert.equal(await done, 3)
})

test('retry waits a random part of its time, so that callers who failed together do not return together', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const work = flaky(1)
  const done = retry({ attempts: 2, baseDelayMs: 1_000, random: () => 0.25 }).run(work.run)
  await settle()
  t.mock.timers.tick(250)
  assert.equal(await done, 2)
})

test('retry waits as long as the other side asks, and not at all when that is too long', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const asksFor = (retryAfterSeconds: number) => flaky(1, () => problem('passing', { retryAfterSeconds }))
  const short = asksFor(5)
  const done = retry({ attempts: 2, baseDelayMs: 1, maxDelayMs: 10_000 }).run(short.run)
  await settle()
  t.mock.timers.tick(4_999)
  await settle()
  assert.equal(short.runs, 1)
  t.mock.timers.tick(1)
  assert.equal(await done, 2)

  const long = asksFor(3_600)
  await assert.rejects(retry({ attempts: 2, maxDelayMs: 10_000 }).run(long.run), isCode('resilience_test.passing'))
  assert.equal(long.runs, 1)
})

test('retry gives up after its tries and does not repeat what cannot pass', async () => {
  const hopeless = flaky(9)
  await assert.rejects(retry({ attempts: 3, baseDelayMs: 0 }).run(hopeless.run), isCode('resilience_test.passing'))
  assert.equal(hopeless.runs, 3)
  const final = flaky(1, () => problem('final'))
  await assert.rejects(retry({ attempts: 3, baseDelayMs: 0 }).run(final.run), isCode('resilience_test.final'))
  assert.equal(final.runs, 1)
})

test('retry stops waiting when its caller gives up', async () => {
  const controller = new AbortController()
  const work = flaky(9)
  const done = retry({ attempts: 9, baseDelayMs: 60_000, random: () => 1 }).run(work.run, controller.signal)
  await settle()
  controller.abort()
  await assert.rejects(done, { name: 'AbortError' })
  assert.equal(work.runs, 1)
})

test('timeout gives up on work that does not end and tells it so', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let told = false
  const done = timeout(1_000).run(async (signal) => {
    signal.addEventListener('abort', () => {
      told = true
    })
    return new Promise(() => {})
  })
  await settle()
  t.mock.timers.tick(1_000)
  await assert.rejects(done, isCode('resilience.timed_out'))
  assert.equal(told, true)
})

test('timeout leaves a result, a failure and a caller who gives up as they are', async () => {
  assert.equal(await timeout(1_000).run(async () => 'in time'), 'in time')
  await assert.rejects(
    timeout(1_000).run(() => Promise.reject(problem('final'))),
    isCode('resilience_test.final'),
  )
  const controller = new AbortController()
  const done = timeout(60_000).run(() => new Promise(() => {}), controller.signal)
  controller.abort()
  await assert.rejects(done, { name: 'AbortError' })
})

test('a circuit opens after failures in a row, tries again after a while and closes on success', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 0 })
  const breaker = circuitBreaker({ failures: 2, openForMs: 10_000 })
  const work = flaky(2)
  await assert.rejects(breaker.run(work.run), isCode('resilience_test.passing'))
  await assert.rejects(breaker.run(work.run), isCode('resilience_test.passing'))
  assert.equal(breaker.state(), 'open')
  await assert.rejects(breaker.run(work.run), isCode('resilience.circuit_open'))
  assert.equal(work.runs, 2)
  t.mock.timers.tick(10_000)
  assert.equal(await breaker.run(work.run), 3)
  assert.equal(breaker.state(), 'closed')
})

test('a circuit does not count a refused request as a failure of the other side', async () => {
  const breaker = circuitBreaker({ failures: 1, openForMs: 10_000 })
  await assert.rejects(
    breaker.run(() => Promise.reject(problem('final'))),
    isCode('resilience_test.final'),
  )
  assert.equal(breaker.state(), 'closed')
})

test('a bulkhead runs so many at once, lets so many wait and turns the next away', async () => {
  const policy = bulkhead({ running: 2, waiting: 1 })
  const gate = Promise.withResolvers<void>()
  let running = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++running)
    await gate.promise
    running -= 1
  }
  const taken = [policy.run(work), policy.run(work), policy.run(work)]
  await assert.rejects(policy.run(work), isCode('resilience.full'))
  gate.resolve()
  await Promise.all(taken)
  assert.equal(most, 2)
})

test('a rate limit turns away what is too much and says when to come back', async () => {
  const policy = rateLimit({ points: 2, seconds: 60 })
  const work = async () => 'done'
  assert.deepEqual([await policy.run(work), await policy.run(work)], ['done', 'done'])
  await assert.rejects(policy.run(work), (error) => {
    return isProblem(error, 'resilience.too_many') && error.retryAfterSeconds === 60
  })
})

test('composed policies wrap each other from left to right', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let tries = 0
  const slowOnce = () => (++tries === 1 ? new Promise<string>(() => {}) : Promise.resolve('second'))
  const policy = compose(retry({ attempts: 2, baseDelayMs: 0 }), timeout(1_000))
  const done = policy.run(slowOnce)
  await settle()
  t.mock.timers.tick(1_000)
  await settle()
  t.mock.timers.tick(1)
  assert.equal(await done, 'second')
})

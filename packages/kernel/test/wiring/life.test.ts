import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import {
  type AnyService,
  createLogger,
  defineService,
  type Running,
  type ServiceContext,
  type StartOptions,
  start,
  type Token,
  token,
} from '../../src/index.ts'

const log = createLogger({ level: 'silent' })

interface Part {
  needs?: readonly string[]
  group?: string
  critical?: boolean
  startTimeoutMs?: number
  stopTimeoutMs?: number
  start?(context: ServiceContext): unknown
  stop?(): void | Promise<void>
}

/** Services made at run time, which write down what happens to them. */
function build(parts: Readonly<Record<string, Part>>) {
  const happened: string[] = []
  const tokens = new Map<string, Token<string, string>>(Object.keys(parts).map((id) => [id, token<string>()(id)]))
  const services = Object.entries(parts).map(
    ([id, { needs = [], start: begin, stop, ...rest }]): AnyService =>
      defineService({
        provides: tokens.get(id) as Token<string, string>,
        needs: Object.fromEntries(needs.map((need) => [need, tokens.get(need) ?? token<string>()(need)])),
        ...rest,
        start: async (_needs, context) => {
          happened.push(`start ${id}`)
          await begin?.(context)
          happened.push(`started ${id}`)
          return id
        },
        stop: async () => {
          happened.push(`stop ${id}`)
          await stop?.()
        },
      }),
  )
  return {
    happened,
    token: (id: string) => tokens.get(id) as Token<string, string>,
    // The graph is only known at run time, so the compiler's check has nothing to say about it.
    start: (options: StartOptions = {}) => start(services as never, { log, ...options }) as Promise<Running>,
  }
}

const graph = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((picks) =>
    picks.map((needs, index) => (index === 0 ? [] : [...new Set(needs.map((pick) => `s${pick % index}`))])),
  )

/** What an id's needs need, and so on. */
function reach(needsOf: ReadonlyMap<string, readonly string[]>, id: string): Set<string> {
  const found = new Set<string>()
  const queue = [...(needsOf.get(id) ?? [])]
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (!found.has(next)) queue.push(...(needsOf.get(next) ?? []))
    found.add(next)
  }
  return found
}

function orderOf(happened: readonly string[], word: string): string[] {
  return happened.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
}

test('in any graph services start after their needs and stop before them', async () => {
  await fc.assert(
    fc.asyncProperty(graph, async (picks) => {
      const { happened, start: run } = build(Object.fromEntries(picks.map((needs, index) => [`s${index}`, { needs }])))
      const app = await run()
      await app.stop()
      const started = orderOf(happened, 'started')
      const begun = orderOf(happened, 'start')
      const stopped = orderOf(happened, 'stop')
      assert.deepEqual(new Set(stopped), new Set(started))
      assert.equal(stopped.length, picks.length)
      for (const [index, needs] of picks.entries()) {
        for (const need of needs) {
          assert.ok(happened.indexOf(`started ${need}`) < happened.indexOf(`start s${index}`))
          assert.ok(stopped.indexOf(need) > stopped.indexOf(`s${index}`))
        }
      }
      assert.equal(begun.length, picks.length)
    }),
  )
})

test('in any graph a failed start stops exactly what had started, in reverse', async () => {
  await fc.assert(
    fc.asyncProperty(graph, fc.nat(), async (picks, pick) => {
      const failing = `s${pick % picks.length}`
      const needsOf = new Map(picks.map((needs, index) => [`s${index}`, needs]))
      const parts = Object.fromEntries(
        [...needsOf].map(([id, needs]): [string, Part] => [
          id,
          { needs, start: () => (id === failing ? Promise.reject(new Error('no disk')) : undefined) },
        ]),
      )
      const { happened, start: run } = build(parts)
      await assert.rejects(run(), { code: 'start.service_failed', message: new RegExp(`'${failing}'.*no disk`) })
      const started = orderOf(happened, 'started')
      const stopped = orderOf(happened, 'stop')
      assert.deepEqual(new Set(stopped), new Set(started))
      assert.equal(stopped.length, started.length)
      for (const id of started) {
        assert.ok(!reach(needsOf, id).has(failing), `${id} stands on what failed`)
        for (const need of needsOf.get(id) ?? []) assert.ok(stopped.indexOf(need) > stopped.indexOf(id))
      }
    }),
  )
})

test('in any graph a start that never comes back times out and rolls back', async () => {
  await fc.assert(
    fc.asyncProperty(graph, fc.nat(), async (picks, pick) => {
      const hanging = pick % picks.length
      const parts = Object.fromEntries(
        picks.map((needs, index): [string, Part] => [
          `s${index}`,
          index === hanging ? { needs, startTimeoutMs: 5, start: () => new Promise(() => {}) } : { needs },
        ]),
      )
      const { happened, start: run } = build(parts)
      await assert.rejects(run(), { message: new RegExp(`'s${hanging}' did not start: Gave up starting`) })
      assert.deepEqual(new Set(orderOf(happened, 'stop')), new Set(orderOf(happened, 'started')))
    }),
    { numRuns: 20 },
  )
})

test('a start that comes through after its time-out is stopped', async () => {
  const late = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  const { start: run } = build({
    slow: { startTimeoutMs: 5, start: () => late.promise, stop: () => stopped.resolve() },
  })
  await assert.rejects(run(), { code: 'start.service_failed' })
  late.resolve()
  await stopped.promise
})

test('the services of one level start side by side', async () => {
  const both = Promise.withResolvers<void>()
  let arrived = 0
  const meet = () => {
    arrived += 1
    if (arrived === 2) both.resolve()
    return both.promise
  }
  await using app = await build({ left: { start: meet }, right: { start: meet } }).start()
  assert.deepEqual(app.levels, [['left', 'right']])
})

test('a service that is not critical may fail: the rest runs, health is degraded, what needs it is left out too', async () => {
  const { token: tokenOf, start: run } = build({
    base: {},
    extra: { needs: ['base'], critical: false, start: () => Promise.reject(new Error('no licence')) },
    onExtra: { needs: ['extra'], critical: false },
    main: { needs: ['base'] },
  })
  await using app = await run()
  assert.equal(app.get(tokenOf('main') as never), 'main')
  assert.throws(() => app.get(tokenOf('extra') as never), { code: 'start.not_running' })
  const health = await app.registry.health()
  assert.equal(health.state, 'degraded')
  assert.match(health.services.extra?.reason ?? '', /no licence/)
  assert.equal(health.services.onExtra?.state, 'down')
  assert.equal(health.services.main?.state, 'up')
  const states = app.registry.services().map(({ name, state }) => [name, state])
  assert.deepEqual(Object.fromEntries(states), {
    base: 'running',
    extra: 'degraded',
    onExtra: 'degraded',
    main: 'running',
  })
})

test('a critical service on one that is not is refused before anything starts', async () => {
  const { happened, start: run } = build({ extra: { critical: false }, main: { needs: ['extra'] } })
  await assert.rejects(run(), { code: 'start.graph', message: /'main' is critical but needs 'extra'/ })
  assert.deepEqual(happened, [])
})

test('ready comes after every start and in the order of the needs, release after stop and last made first', async () => {
  const order: string[] = []
  const part = (id: string, needs: readonly string[] = []): Part => ({
    needs,
    start: ({ onReady, onDrain, defer }) => {
      order.push(`start ${id}`)
      onReady(() => void order.push(`ready ${id}`))
      onDrain(() => void order.push(`drain ${id}`))
      defer(() => void order.push(`release ${id} 1`))
      defer(() => void order.push(`release ${id} 2`))
    },
    stop: () => void order.push(`stop ${id}`),
  })
  const app = await build({ low: part('low'), high: part('high', ['low']) }).start()
  assert.deepEqual(order, ['start low', 'start high', 'ready low', 'ready high'])
  order.length = 0
  await app.stop()
  assert.deepEqual(order.slice(0, 2).sort(), ['drain high', 'drain low'])
  assert.deepEqual(order.slice(2), [
    'stop high',
    'release high 2',
    'release high 1',
    'stop low',
    'release low 2',
    'release low 1',
  ])
})

test('a ready that fails rolls everything back', async () => {
  const { happened, start: run } = build({
    low: {},
    high: { needs: ['low'], start: ({ onReady }) => onReady(() => Promise.reject(new Error('port taken'))) },
  })
  await assert.rejects(run(), { code: 'start.service_failed', message: /port taken/ })
  assert.deepEqual(orderOf(happened, 'stop'), ['high', 'low'])
})

test('a drain gets the abort at the end of its budget, and the stop follows', async () => {
  const seen: boolean[] = []
  const { happened, start: run } = build({
    worker: {
      start: ({ onDrain }) =>
        onDrain(async (signal) => {
          seen.push(signal.aborted)
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          seen.push(signal.aborted)
        }),
    },
  })
  const app = await run({ drainBudgetMs: 10 })
  await app.stop()
  assert.deepEqual(seen, [false, true])
  assert.deepEqual(orderOf(happened, 'stop'), ['worker'])
})

test('a stop that hangs or throws does not keep the others up', async () => {
  const { happened, start: run } = build({
    base: {},
    hanging: { needs: ['base'], stopTimeoutMs: 5, stop: () => new Promise(() => {}) },
    throwing: { needs: ['base'], stop: () => Promise.reject(new Error('no')) },
  })
  const app = await run()
  await app.stop()
  assert.equal(orderOf(happened, 'stop').at(-1), 'base')
  assert.ok(app.registry.services().every(({ state }) => state === 'stopped'))
})

test('stopping twice stops once, and both callers wait for the same end', async () => {
  const { happened, start: run } = build({ only: { stop: () => sleep(5) } })
  const app = await run()
  await Promise.all([app.stop(), app.stop()])
  await app[Symbol.asyncDispose]()
  assert.deepEqual(orderOf(happened, 'stop'), ['only'])
})

test('a stopped service is not handed out', async () => {
  const { token: tokenOf, start: run } = build({ only: {} })
  const app = await run()
  await app.stop()
  assert.throws(() => app.get(tokenOf('only') as never), { code: 'start.not_running' })
})

const partsOfTwoGroups = {
  db: { group: 'kernel' },
  audience: { needs: ['db'], group: 'people' },
  lists: { needs: ['audience'], group: 'people' },
  delivery: { needs: ['db'] },
}
const selections: readonly [readonly string[], readonly string[]][] = [
  [['delivery'], ['db', 'delivery']],
  [['lists'], ['db', 'audience', 'lists']],
  [['people'], ['db', 'audience', 'lists']],
  [
    ['kernel', 'delivery'],
    ['db', 'delivery'],
  ],
]
for (const [only, expected] of selections) {
  test(`with only ${only.join(' and ')}, what runs is ${expected.join(', ')}`, async () => {
    await using app = await build(partsOfTwoGroups).start({ only })
    assert.deepEqual(app.levels.flat(), expected)
  })
}

test('a name that is neither a service nor a group is refused, with those there are', async () => {
  await assert.rejects(build(partsOfTwoGroups).start({ only: ['deliverry'] }), {
    code: 'start.unknown_service',
    message: /no service deliverry\. There are: db, kernel, audience, people, lists, delivery/,
  })
})

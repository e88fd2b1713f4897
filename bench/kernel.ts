import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import {
  type AnyToken,
  createLogger,
  Db,
  database,
  defineContract,
  defineEvent,
  defineJob,
  defineService,
  Events,
  events,
  implement,
  Jobs,
  jobs,
  type Running,
  readEnvironment,
  start,
  token,
} from '@fanfare/kernel'
import { z } from 'zod'
import type { BenchOptions } from './main.ts'

const log = createLogger({ level: 'warn' })
const Note = z.object({ tenantId: z.uuid(), size: z.int() })
const Notes = defineContract('notes', 1, { weigh: { input: Note, output: z.object({ weight: z.number() }) } })
const Noted = defineEvent('note.written', 1, z.object({ number: z.int() }))
const SaveNote = defineJob('note.save', z.object({ number: z.int() }))

/**
 * What the kernel costs: a call through a contract against a bare call, the start of sixty empty services, and how long
 * events and jobs take from the commit to their handler. On the embedded database, or on `DATABASE_URL`.
 *
 * @param options `--calls`, `--rounds` and `--messages` set how many of each
 */
export async function run(options: BenchOptions): Promise<void> {
  const count = (name: string, usual: number) => Number(options[name] ?? usual)
  const figures = {
    bench: 'kernel',
    call: await benchCalls(count('calls', 200_000)),
    start60: await benchStart(count('rounds', 30)),
    ...(await benchMessages(count('messages', 200))),
  }
  console.log(JSON.stringify(figures))
}

async function benchCalls(calls: number) {
  const weigh = async ({ size }: { size: number }) => ({ weight: size * 2 })
  const notes = defineService({ provides: Notes, start: () => implement(Notes, { weigh }) })
  await using app = await start([notes], { log })
  const client = app.get(Notes)
  const input = { tenantId: randomUUID(), size: 3 }
  const bare = await nanosecondsOf(calls, () => weigh(input))
  const contract = await nanosecondsOf(calls, () => client.weigh(input))
  const parsed = await nanosecondsOf(calls, async () => weigh(Note.parse(input)))
  return {
    bareNs: Math.round(bare),
    bareWithParseNs: Math.round(parsed),
    contractNs: Math.round(contract),
    ratio: rounded(contract / bare),
  }
}

/** The mean of a call, after as many to warm up. */
async function nanosecondsOf(calls: number, call: () => Promise<unknown>): Promise<number> {
  for (let index = 0; index < calls; index += 1) await call()
  const began = performance.now()
  for (let index = 0; index < calls; index += 1) await call()
  return ((performance.now() - began) * 1_000_000) / calls
}

async function benchStart(rounds: number) {
  const parts = sixtyServices()
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now()
    // The list is made at run time: there is nothing for the compiler to check.
    const app = (await start(parts as never, { log })) as Running
    times.push(performance.now() - began)
    await app.stop()
  }
  return { medianMs: percentile(times, 0.5), p95Ms: percentile(times, 0.95) }
}

/** Ten levels of six, each service needing three of the level below. */
function sixtyServices() {
  const tokens = Array.from({ length: 60 }, (_, index) => token<number>()(`s${index}`))
  return tokens.map((provides, index) => {
    const below = Math.floor(index / 6) * 6 - 6
    const places = below < 0 ? [] : [0, 1, 2].map((step) => below + ((index + step) % 6))
    const needs = Object.fromEntries(places.map((place) => [`s${place}`, tokens[place] as AnyToken]))
    return defineService({ provides, needs, start: () => index })
  })
}

async function benchMessages(messages: number) {
  const arrivals = new Map<string, PromiseWithResolvers<number>>()
  const arrive = (kind: string, number: number) => arrivals.get(`${kind} ${number}`)?.resolve(performance.now())
  const listener = defineService({
    provides: token<true>()('listener'),
    needs: { events: Events, jobs: Jobs },
    start: (needs) => {
      needs.events.on(Noted, 'listener.note', async ({ data }) => arrive('event', data.number))
      needs.jobs.work(SaveNote, async ({ number }) => arrive('job', number))
      return true as const
    },
  })
  const environment = { FANFARE_DATA_DIR: 'memory://', ...readEnvironment() }
  await using app = await start([database(), events(), jobs(), listener], { environment, log })
  const db = app.get(Db)

  const latenciesOf = async (kind: string, send: (number: number) => Promise<unknown>) => {
    const times: number[] = []
    for (let number = 0; number < messages; number += 1) {
      const arrival = Promise.withResolvers<number>()
      arrivals.set(`${kind} ${number}`, arrival)
      await db.withTenant(randomUUID(), () => send(number))
      const committed = performance.now()
      times.push(Math.max(0, (await arrival.promise) - committed))
    }
    return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95), maxMs: percentile(times, 1) }
  }
  return {
    database: db.kind,
    publishToHandled: await latenciesOf('event', (number) => app.get(Events).publish(Noted, { number })),
    enqueueToStart: await latenciesOf('job', (number) => app.get(Jobs).enqueue(SaveNote, { number })),
    eventsPerSecond: await throughputOf(messages * 5, app, arrivals),
  }
}

/** Events published in one transaction and handled one by one, each in a transaction of its own. */
async function throughputOf(
  messages: number,
  app: Running<'db' | 'events'>,
  arrivals: Map<string, PromiseWithResolvers<number>>,
): Promise<number> {
  arrivals.clear()
  await app.get(Db).withTenant(randomUUID(), async () => {
    for (let number = 0; number < messages; number += 1) await app.get(Events).publish(Noted, { number })
  })
  const began = performance.now()
  await app.get(Events).drain()
  return Math.round((messages * 1_000) / (performance.now() - began))
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

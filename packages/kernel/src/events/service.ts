import type { Kysely, Transaction } from 'kysely'
import { internalsOf } from '../database/internals.ts'
import { type Database, Db } from '../database.ts'
import { Events } from '../events.ts'
import { defineService, type ServiceContext } from '../service.ts'
import { type EventsConfig, eventsConfig } from './config.ts'
import { Dispatcher, type Owner } from './dispatcher.ts'
import { eventsProblem } from './errors.ts'
import { eventsMigrations } from './migrations.ts'
import { publish } from './publish.ts'
import {
  type EventsSchema,
  endLeases,
  findDeadLetters,
  findSubscriptions,
  recordSubscriptions,
  replayDeadLetters,
  replaySince,
  sweep,
} from './store.ts'
import { createSubscriptions } from './subscriptions.ts'

const channel = 'kernel_events'
const sweepIntervalMs = 60 * 60_000

/**
 * The service behind `Events`: the outbox and inbox in the schema `kernel_events`. Config: `FANFARE_EVENTS_…`, see
 * `eventsConfig`.
 */
export function events() {
  return defineService({
    provides: Events,
    needs: { db: Db },
    group: 'kernel',
    config: eventsConfig,
    start: async ({ db }, context) => {
      await db.migrate('kernel_events', eventsMigrations)
      return createEvents(db.as<EventsSchema>(), context)
    },
  })
}

function createEvents(db: Database<EventsSchema>, context: ServiceContext<EventsConfig>): Events {
  const { config, log, metrics } = context
  const internals = internalsOf(db)
  const owner: Owner = (work) => internals.ownerTransaction(({ trx }) => work(trx as Transaction<EventsSchema>))
  const subscriptions = createSubscriptions()
  const origin = context.ids.next()
  const announce = () => internals.notify(channel, origin)
  const dispatcher = new Dispatcher({ db, owner, subscriptions, config, log, metrics, announce })
  const sweepAll = () =>
    owner(async (handle) => {
      await recordSubscriptions(handle, subscriptions.rows())
      await sweep(handle, config.retentionDays)
    }).catch((error) => log.error({ err: error }, 'old events could not be removed'))

  context.onReady(async () => {
    await owner((handle) => recordSubscriptions(handle, subscriptions.rows()))
    // Nobody else can have the embedded database open, so no lease is anybody's.
    if (db.kind === 'pglite') await owner(endLeases)
    context.defer(await internals.listen(channel, (from) => void (from !== origin && dispatcher.wake())))
    const poll = setInterval(() => dispatcher.wake(), config.pollIntervalMs)
    const sweeping = setInterval(sweepAll, sweepIntervalMs)
    context.defer(() => {
      clearInterval(poll)
      clearInterval(sweeping)
    })
    dispatcher.wake()
  })
  context.defer(() => dispatcher.stop())
  context.onDrain(() => dispatcher.stop())

  return {
    on: (event, subscription, handle) => subscriptions.add(event, subscription, handle),
    async publish(event, data, options) {
      await publish({ db, context }, event, data, options)
      db.afterCommit(() => dispatcher.wake())
    },
    subscriptions: () => subscriptions.definitions(),
    deadLetters: () => owner(findDeadLetters),
    async replay(subscription, { since } = {}) {
      const count = await owner(async (handle) => {
        await announce()
        return replay(handle, subscription, since)
      })
      dispatcher.wake()
      return count
    },
    drain: () => dispatcher.settle(),
  }
}

async function replay(handle: Kysely<EventsSchema>, subscription: string, since: Date | undefined): Promise<number> {
  if (since === undefined) return replayDeadLetters(handle, subscription)
  const known = await findSubscriptions(handle)
  const row = known.find(({ name }) => name === subscription)
  if (row !== undefined) return replaySince(handle, row, since)
  const names = known.map(({ name }) => name).join(', ')
  throw eventsProblem('unknown_subscription', { detail: { subscription, known: names } })
}

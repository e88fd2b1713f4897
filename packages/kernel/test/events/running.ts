import {
  createLogger,
  Db,
  database,
  defineService,
  type EventOf,
  Events,
  events,
  readEnvironment,
  start,
  token,
} from '../../src/index.ts'
import { type Noted, Probe, probe } from './probe.ts'

export type NoteEvent = EventOf<(typeof Noted)['data']>

export interface EventsAppOptions {
  /** Config of the service `db`: which database. */
  db: Readonly<Record<string, unknown>>
  events?: Readonly<Record<string, unknown>>
  /** Registers handlers, before the start is over. */
  subscribe?(app: { events: Events; probe: Probe }): void
}

/** Events on a database, with a service that registers the handlers of a test. */
export async function startEvents({ db, events: config = {}, subscribe = () => {} }: EventsAppOptions) {
  const subscriber = defineService({
    provides: token<true>()('subscriber'),
    needs: { events: Events, probe: Probe },
    start: (needs) => {
      subscribe(needs)
      return true as const
    },
  })
  const app = await start([database(), events(), probe, subscriber], {
    environment: { FANFARE_DATA_DIR: 'memory://' },
    config: { db, events: { retryDelayMs: 1, pollIntervalMs: 50, ...config } },
    log: createLogger({ level: readEnvironment().LOG === '1' ? 'debug' : 'silent' }),
  })
  return {
    db: app.get(Db),
    events: app.get(Events),
    probe: app.get(Probe),
    registry: app.registry,
    stop: () => app.stop(),
    [Symbol.asyncDispose]: () => app.stop(),
  }
}

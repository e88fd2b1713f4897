import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { internalsOf } from '../database/internals.ts'
import type { Database } from '../database.ts'
import type { LineOwner, LiveMessage } from '../live.ts'
import type { Logger } from '../log.ts'
import type { Connections } from './connections.ts'
import type { Hub } from './hub.ts'

const channel = 'fanfare_live'
/** PostgreSQL refuses a payload of 8,000 bytes: https://www.postgresql.org/docs/current/sql-notify.html */
const maxPayloadBytes = 7_000

const Payload = z.object({
  from: z.string(),
  tenantId: z.string(),
  topic: z.string(),
  message: z.looseObject({ type: z.string() }),
})
const EndPayload = z.object({
  from: z.string(),
  end: z.union([
    z.object({ sessionIds: z.array(z.string()) }),
    z.object({ keyId: z.string() }),
    z.object({ tenantId: z.string(), userId: z.string().optional() }),
  ]),
})
/** As many as fit into one notification. */
const sessionsAtOnce = 100

/** Carries messages to the other processes on the same database. */
export interface Bus {
  send(tenantId: string, topic: string, message: LiveMessage): void
  endLines(whose: LineOwner): void
  close(): Promise<void>
}

/** An embedded database has one process, so there is nobody else to tell. */
const nobodyElse: Bus = { send: () => {}, endLines: () => {}, close: async () => {} }

interface Here {
  readonly hub: Hub
  readonly connections: Connections
}

export async function openBus(db: Database, { hub, connections }: Here, log: Logger): Promise<Bus> {
  if (db.kind !== 'postgresql') return nobodyElse
  const from = randomUUID()
  const { listen, notify } = internalsOf(db)
  const stopListening = await listen(channel, (text) => {
    const heard = parse(text)
    if (heard === undefined || heard.from === from) return
    if ('end' in heard) connections.endLines(heard.end as LineOwner)
    else hub.deliver(heard.tenantId, heard.topic, heard.message)
  })
  const pending = new Set<Promise<void>>()
  const tell = (payload: string) => {
    const sent: Promise<void> = notify(channel, payload)
      // A watcher that misses a hint reads again in time; the work that was announced stands.
      .catch((error) => log.warn({ err: error }, 'a live message did not reach the other processes'))
      .finally(() => pending.delete(sent))
    pending.add(sent)
  }
  return {
    send: (tenantId, topic, message) => tell(payloadOf({ from, tenantId, topic, message })),
    endLines(whose) {
      for (const end of partsOf(whose)) tell(JSON.stringify({ from, end }))
    },
    async close() {
      await Promise.all(pending)
      await stopListening()
    },
  }
}

/** What is too large to send becomes the hint to read again. */
function payloadOf(payload: z.input<typeof Payload>): string {
  const text = JSON.stringify(payload)
  if (Buffer.byteLength(text) <= maxPayloadBytes) return text
  return JSON.stringify({ ...payload, message: { type: 'changed' } })
}

function partsOf(whose: LineOwner): readonly LineOwner[] {
  if (!('sessionIds' in whose)) return [whose]
  const parts: LineOwner[] = []
  for (let first = 0; first < whose.sessionIds.length; first += sessionsAtOnce) {
    parts.push({ sessionIds: whose.sessionIds.slice(first, first + sessionsAtOnce) })
  }
  return parts
}

function parse(text: string): z.output<typeof Payload> | z.output<typeof EndPayload> | undefined {
  try {
    return z.union([EndPayload, Payload]).safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

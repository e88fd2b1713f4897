import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { internalsOf } from '../database/internals.ts'
import type { Database } from '../database.ts'
import type { LiveMessage } from '../live.ts'
import type { Logger } from '../log.ts'
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

/** Carries messages to the other processes on the same database. */
export interface Bus {
  send(tenantId: string, topic: string, message: LiveMessage): void
  close(): Promise<void>
}

/** An embedded database has one process, so there is nobody else to tell. */
const nobodyElse: Bus = { send: () => {}, close: async () => {} }

export async function openBus(db: Database, hub: Hub, log: Logger): Promise<Bus> {
  if (db.kind !== 'postgresql') return nobodyElse
  const from = randomUUID()
  const { listen, notify } = internalsOf(db)
  const stopListening = await listen(channel, (text) => {
    const heard = parse(text)
    if (heard && heard.from !== from) hub.deliver(heard.tenantId, heard.topic, heard.message)
  })
  const pending = new Set<Promise<void>>()
  return {
    send(tenantId, topic, message) {
      const sent: Promise<void> = notify(channel, payloadOf({ from, tenantId, topic, message }))
        // A watcher that misses a hint reads again in time; the work that was announced stands.
        .catch((error) => log.warn({ err: error }, 'a live message did not reach the other processes'))
        .finally(() => pending.delete(sent))
      pending.add(sent)
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

function parse(text: string): z.output<typeof Payload> | undefined {
  try {
    return Payload.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

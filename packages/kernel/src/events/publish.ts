import type { z } from 'zod'
import { internalsOf } from '../database/internals.ts'
import { prepared } from '../database/prepared.ts'
import type { Database } from '../database.ts'
import type { EventDefinition } from '../events.ts'
import type { ServiceContext } from '../service.ts'
import { currentTraceparent } from '../trace.ts'
import { eventsProblem } from './errors.ts'
import type { EventsSchema } from './store.ts'

interface PublishDeps {
  readonly db: Database<EventsSchema>
  readonly context: Pick<ServiceContext, 'clock' | 'ids'>
}

/** Writes an event to the outbox in the open tenant transaction. What is stored is what JSON keeps of the data. */
export async function publish<D extends z.ZodType>(
  { db, context: { clock, ids } }: PublishDeps,
  event: EventDefinition<D>,
  given: z.input<D>,
  options: { readonly tenantId?: string } = {},
): Promise<void> {
  const { type, version } = event
  const tenantId = options.tenantId ?? db.currentTenant()
  if (tenantId === undefined || !internalsOf(db).inTransaction())
    throw eventsProblem('no_transaction', { detail: { type } })
  const data = JSON.stringify(given)
  const parsed = event.data.safeParse(data === undefined ? undefined : JSON.parse(data))
  if (!parsed.success) {
    const reason = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    throw eventsProblem('invalid_data', { detail: { type, reason }, cause: parsed.error })
  }
  const row = { event_id: ids.next(), type, version, tenant_id: tenantId, data, trace: currentTraceparent() ?? null }
  await db.withTenant(tenantId, (trx) =>
    trx
      .withPlugin(prepared)
      .insertInto('kernel_events.outbox')
      .values({ ...row, created_at: clock.now() })
      .execute(),
  )
}

import type { Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { DeliveryTables } from './tables.ts'

/** After this a signature is too old to be taken anyway, and what it told is known by its own keys. */
const keptDays = 2

/** False when it was taken before: unique by its key, so that two at once cannot both be the first. */
export async function noteProviderEvent(trx: Trx<DeliveryTables>, tenantId: string, key: string): Promise<boolean> {
  await trx
    .deleteFrom('delivery.provider_event')
    .where('tenant_id', '=', tenantId)
    .where('seen_at', '<', sql<Date>`now() - make_interval(days => ${keptDays})`)
    .execute()
  const noted = await trx
    .insertInto('delivery.provider_event')
    .values({ tenant_id: tenantId, key })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return noted.numInsertedOrUpdatedRows === 1n
}

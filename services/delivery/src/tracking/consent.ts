import type { Deps } from '../deps.ts'
import { campaignIdOf, findDelivery, variantIdOf } from '../store/ledger.ts'
import { recordLeaves } from './leaves.ts'
import type { ShownPreferences } from './pages.ts'
import type { TrackingToken } from './token.ts'

type Needed = Pick<Deps, 'db' | 'events' | 'audience' | 'ids' | 'clock'>
/** `missing`: the delivery or its contact is not there any more. */
export type ConsentResult = 'saved' | 'missing'

/** Ends all messages to the person, once, however often it is asked (RFC 8058). */
export async function unsubscribe(deps: Needed, token: TrackingToken): Promise<ConsentResult> {
  const preferences = await findPreferences(deps, token)
  if (preferences === undefined) return 'missing'
  const listIds = preferences.lists.filter((list) => list.member).map((list) => list.id)
  return savePreferences(deps, token, { subscribed: false, listIds })
}

export async function findPreferences(
  { db, audience }: Pick<Deps, 'db' | 'audience'>,
  { tenantId, deliveryId }: TrackingToken,
): Promise<ShownPreferences | undefined> {
  const delivery = await db.withTenant(tenantId, (trx) => findDelivery(trx, tenantId, deliveryId))
  if (delivery === undefined || delivery.contact_id === null) return undefined
  return (await audience.getPreferences({ tenantId, contactId: delivery.contact_id })) ?? undefined
}

/** Keeps what the person chose; leaving altogether is also a hit of the campaign that led to it. */
export async function savePreferences(
  deps: Needed,
  { tenantId, deliveryId }: TrackingToken,
  { subscribed, listIds }: { subscribed: boolean; listIds: readonly string[] },
): Promise<ConsentResult> {
  const delivery = await deps.db.withTenant(tenantId, (trx) => findDelivery(trx, tenantId, deliveryId))
  if (delivery === undefined || delivery.contact_id === null) return 'missing'
  await deps.audience.setPreferences({ tenantId, contactId: delivery.contact_id, subscribed, listIds: [...listIds] })
  if (subscribed) return 'saved'
  const left = {
    delivery_id: deliveryId,
    campaign_id: campaignIdOf(delivery),
    variant_id: variantIdOf(delivery),
    contact_id: delivery.contact_id,
    at: deps.clock.now(),
  }
  await recordLeaves(deps, tenantId, [left])
  return 'saved'
}

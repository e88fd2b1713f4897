import type { Lane } from './contract.ts'
import { Settled } from './contract.ts'
import type { Deps } from './deps.ts'
import { campaignIdOf, variantIdOf } from './store/ledger.ts'
import type { Change } from './store/outcomes.ts'
import type { DispatchRef } from './store/tables.ts'

interface SettledPerson {
  readonly id: string
  readonly contact_id: string | null
  readonly variant_id: string | null
}

/**
 * Tells of deliveries that reached an end, in the transaction that wrote it.
 * @param rows whom the changes are about; more rows than changes do no harm
 * @param changed ids that were really written
 */
export async function publishSettled(
  { events, clock }: Pick<Deps, 'events' | 'clock'>,
  ref: DispatchRef,
  lane: Lane,
  rows: readonly SettledPerson[],
  changes: readonly Pick<Change, 'id' | 'to'>[],
  changed: ReadonlySet<string>,
): Promise<void> {
  const people = new Map(rows.map((row) => [row.id, row]))
  const groups = new Map<string, { variantId: string | null; state: SettledState; people: SettledPerson[] }>()
  for (const { id, to } of changes) {
    const person = people.get(id)
    if (to === 'deferred' || person === undefined || !changed.has(id)) continue
    const variantId = variantIdOf({ lane, variant_id: person.variant_id })
    const key = `${to} ${variantId}`
    const group = groups.get(key) ?? { variantId, state: to, people: [] }
    groups.set(key, group)
    group.people.push(person)
  }
  if (groups.size === 0) return
  await events.publish(Settled, {
    campaignId: campaignIdOf({ lane, dispatch_id: ref.dispatchId }),
    at: clock.now().toISOString(),
    groups: [...groups.values()].map((group) => ({
      variantId: group.variantId,
      state: group.state,
      deliveryIds: group.people.map(({ id }) => id),
      contactIds: group.people.map(({ contact_id }) => contact_id),
    })),
  })
}

type SettledState = Exclude<Change['to'], 'deferred'>

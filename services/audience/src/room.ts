import { assertAllowed, assertWithin } from '@fanfare/identity/contract'
import type { Kysely } from 'kysely'
import type { Deps } from './deps.ts'
import { countContactsOnly } from './store/contacts.ts'
import type { Schema } from './store/tables.ts'

type RoomDeps = Pick<Deps, 'identity'>

/** Refuses contacts beyond what the workspace may have. Problem: `identity.limit_reached`. */
export async function assertRoom(deps: RoomDeps, trx: Kysely<Schema>, tenantId: string, adding: number): Promise<void> {
  await assertAllowed(deps.identity, { tenantId, limit: 'contacts', adding, count: () => countContactsOnly(trx) })
}

/** The same after a set was written, whose transaction the refusal rolls back: how many of it are new is known only then. */
export async function assertRoomAfter(
  deps: RoomDeps,
  trx: Kysely<Schema>,
  tenantId: string,
  created: number,
): Promise<void> {
  if (created === 0) return
  const { contacts: allowed } = await deps.identity.getLimits({ tenantId })
  if (allowed === null) return
  const used = await countContactsOnly(trx)
  assertWithin('contacts', { allowed, used: used - created, adding: created })
}

import type { FactorKind } from '../contract/factors.ts'
import type { Row, Trx } from './schema.ts'

type FactorRef = Pick<Row<'identity.factor'>, 'account_id' | 'id'>

export async function insertFactor(trx: Trx, factor: Row<'identity.factor'>): Promise<boolean> {
  // An address or a number that is there already stays; the unique index decides between two at once.
  const row = await trx
    .insertInto('identity.factor')
    .values(factor)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Enrolments that were begun and not finished: a new one takes their place. */
export async function deletePendingFactors(trx: Trx, accountId: string, kind: FactorKind): Promise<void> {
  await trx
    .deleteFrom('identity.factor')
    .where('account_id', '=', accountId)
    .where('kind', '=', kind)
    .where('confirmed_at', 'is', null)
    .execute()
}

/** The factors that count, oldest first. */
export function listConfirmedFactors(trx: Trx, accountId: string) {
  return trx
    .selectFrom('identity.factor')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('confirmed_at', 'is not', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Whether signing in to this account takes more than its first step. */
export async function hasSecondFactor(trx: Trx, accountId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('identity.factor')
    .select('id')
    .where('account_id', '=', accountId)
    .where('confirmed_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export function findPendingFactor(trx: Trx, accountId: string, id: string, since: Date) {
  return trx
    .selectFrom('identity.factor')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('confirmed_at', 'is', null)
    .where('created_at', '>', since)
    .executeTakeFirst()
}

/** Of any number of confirmations at once one gets the row. */
export function confirmFactor(
  trx: Trx,
  { account_id, id }: FactorRef,
  { now, step }: { now: Date; step: number | null },
) {
  return trx
    .updateTable('identity.factor')
    .set({ confirmed_at: now, last_step: step })
    .where('account_id', '=', account_id)
    .where('id', '=', id)
    .where('confirmed_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Takes the time step of a code: false when this step or a later one was taken before, also a moment ago. */
export async function takeTotpStep(trx: Trx, { account_id, id }: FactorRef, step: number, now: Date): Promise<boolean> {
  const row = await trx
    .updateTable('identity.factor')
    .set({ last_step: step, last_used_at: now })
    .where('account_id', '=', account_id)
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_step', 'is', null), eb('last_step', '<', step)]))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** A passkey is one person's alone: its account comes with it, and nothing that a caller says about whose it is counts. */
export function findPasskey(trx: Trx, credentialId: string) {
  return trx
    .selectFrom('identity.factor')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()
}

/** Takes the counter of an assertion: false when it has not grown, which a copy of the key would do. Many passkeys stay at 0. */
export async function takeCounter(
  trx: Trx,
  { account_id, id }: FactorRef,
  counter: number,
  now: Date,
): Promise<boolean> {
  const row = await trx
    .updateTable('identity.factor')
    .set({ counter, last_used_at: now })
    .where('account_id', '=', account_id)
    .where('id', '=', id)
    .where((eb) => eb.or([eb('counter', '<', counter), eb.and([eb('counter', '=', 0), eb.val(counter === 0)])]))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function touchFactor(trx: Trx, accountId: string, kind: FactorKind, now: Date): Promise<void> {
  await trx
    .updateTable('identity.factor')
    .set({ last_used_at: now })
    .where('account_id', '=', accountId)
    .where('kind', '=', kind)
    .where('confirmed_at', 'is not', null)
    .execute()
}

export function renameFactor(trx: Trx, { accountId, id, name }: { accountId: string; id: string; name: string }) {
  return trx
    .updateTable('identity.factor')
    .set({ name })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('confirmed_at', 'is not', null)
    .returningAll()
    .executeTakeFirst()
}

export function deleteFactor(trx: Trx, accountId: string, id: string) {
  return trx
    .deleteFrom('identity.factor')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('confirmed_at', 'is not', null)
    .returningAll()
    .executeTakeFirst()
}

import type { Trx } from './schema.ts'
import type { ExternalAccountRow, FlowRow } from './tables/accounts.ts'

/** Who somebody is at a provider: its word for them, never their address. */
export interface ExternalKey {
  readonly provider: string
  readonly issuer: string
  readonly subject: string
}

export function findExternalAccount(trx: Trx, { provider, issuer, subject }: ExternalKey) {
  return trx
    .selectFrom('identity.external_account as external')
    .innerJoin('identity.account as account', 'account.id', 'external.account_id')
    .select([
      'external.id',
      'external.account_id',
      'external.name as synced_name',
      'account.email',
      'account.name as name',
    ])
    .where('external.provider', '=', provider)
    .where('external.issuer', '=', issuer)
    .where('external.subject', '=', subject)
    .executeTakeFirst()
}

/** False when the subject belongs to an account already, or the account to another subject of the provider. */
export async function insertExternalAccount(trx: Trx, row: ExternalAccountRow): Promise<boolean> {
  const made = await trx
    .insertInto('identity.external_account')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return made !== undefined
}

export async function refreshExternalAccount(
  trx: Trx,
  id: string,
  seen: Pick<ExternalAccountRow, 'email' | 'email_verified' | 'name' | 'picture_url' | 'last_used_at'>,
): Promise<void> {
  await trx.updateTable('identity.external_account').set(seen).where('id', '=', id).execute()
}

export function listExternalAccounts(trx: Trx, accountId: string) {
  return trx
    .selectFrom('identity.external_account')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('linked_at')
    .orderBy('id')
    .execute()
}

export function deleteExternalAccount(trx: Trx, accountId: string, id: string) {
  return trx
    .deleteFrom('identity.external_account')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .returning(['provider', 'email'])
    .executeTakeFirst()
}

/** What another issuer said before is not this one's word. */
export async function deleteLinksOfProvider(trx: Trx, provider: string): Promise<void> {
  await trx.deleteFrom('identity.external_account').where('provider', '=', provider).execute()
}

/** Whether a passkey opens the account by itself. */
export async function hasPasskey(trx: Trx, accountId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('identity.factor')
    .select('id')
    .where('account_id', '=', accountId)
    .where('kind', '=', 'passkey')
    .where('confirmed_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function insertFlow(trx: Trx, flow: FlowRow, now: Date): Promise<void> {
  await trx.deleteFrom('identity.sign_in_flow').where('expires_at', '<=', now).execute()
  await trx.insertInto('identity.sign_in_flow').values(flow).execute()
}

/** Of any number of callbacks with one state one gets the flow, and only the browser and the provider that it was made for. */
export function takeFlow(trx: Trx, wanted: Pick<FlowRow, 'state_hash' | 'browser_hash' | 'provider'>, now: Date) {
  return trx
    .deleteFrom('identity.sign_in_flow')
    .where('state_hash', '=', wanted.state_hash)
    .where('browser_hash', '=', wanted.browser_hash)
    .where('provider', '=', wanted.provider)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
}

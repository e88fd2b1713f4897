import { sql } from 'kysely'
import type { Trx } from './schema.ts'
import type { ConnectionRow, DomainRow } from './tables/workspaces.ts'

export function findConnection(trx: Trx, tenantId: string) {
  return trx.selectFrom('identity.sso_connection').selectAll().where('tenant_id', '=', tenantId).executeTakeFirst()
}

/** The one connection of the workspace; locked, so that two changes follow one another. */
export function lockConnection(trx: Trx, tenantId: string) {
  return trx
    .selectFrom('identity.sso_connection')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .forUpdate()
    .executeTakeFirst()
}

export async function putConnection(trx: Trx, row: ConnectionRow): Promise<void> {
  await trx
    .insertInto('identity.sso_connection')
    .values(row)
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(row))
    .execute()
}

export async function deleteConnection(trx: Trx, tenantId: string): Promise<boolean> {
  const row = await trx
    .deleteFrom('identity.sso_connection')
    .where('tenant_id', '=', tenantId)
    .returning('tenant_id')
    .executeTakeFirst()
  return row !== undefined
}

export function listDomains(trx: Trx, tenantId: string) {
  return trx.selectFrom('identity.sso_domain').selectAll().where('tenant_id', '=', tenantId).orderBy('domain').execute()
}

export function findDomain(trx: Trx, tenantId: string, id: string) {
  return trx
    .selectFrom('identity.sso_domain')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** A domain that is asked for again gets a new challenge; one that is proven stays so. */
export function putDomain(trx: Trx, row: DomainRow) {
  const { challenge, challenged_at } = row
  return trx
    .insertInto('identity.sso_domain')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'domain'])
        .doUpdateSet({ challenge, challenged_at })
        .where('identity.sso_domain.verified_at', 'is', null),
    )
    .returningAll()
    .executeTakeFirst()
}

/**
 * Marks the domain as proven, if it still is the one whose record was looked up: not deleted, not asked for anew meanwhile.
 * A unique violation says that it is proven for another workspace.
 */
export function markVerified(trx: Trx, row: DomainRow, now: Date) {
  return trx
    .updateTable('identity.sso_domain')
    .set({ verified_at: now })
    .where('tenant_id', '=', row.tenant_id)
    .where('id', '=', row.id)
    .where('domain', '=', row.domain)
    .where('challenge', '=', row.challenge)
    .where('verified_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

export function deleteDomain(trx: Trx, tenantId: string, id: string) {
  return trx
    .deleteFrom('identity.sso_domain')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** Whether the workspace has proven this domain: read again at each sign-in, and held until the sign-in is written. */
export async function isProvenDomain(trx: Trx, tenantId: string, domain: string): Promise<boolean> {
  const row = await trx
    .selectFrom('identity.sso_domain')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('domain', '=', domain)
    .where('verified_at', 'is not', null)
    .forShare()
    .executeTakeFirst()
  return row !== undefined
}

/** The single sign-on that a domain leads to. */
export interface FoundSso {
  readonly tenantId: string
  readonly required: boolean
}

/** One of the two queries for which row security opens the directory of domains. */
export async function findSsoOfDomain(trx: Trx, domain: string): Promise<FoundSso | undefined> {
  const row = await discovering(trx, domain, () =>
    trx
      .selectFrom('identity.sso_domain as domain')
      .innerJoin('identity.sso_connection as connection', 'connection.tenant_id', 'domain.tenant_id')
      .select(['connection.tenant_id', 'connection.required'])
      .where('domain.domain', '=', domain)
      .where('domain.verified_at', 'is not', null)
      .executeTakeFirst(),
  )
  return row && { tenantId: row.tenant_id, required: row.required }
}

/**
 * Whether the workspace that has proven this domain demands its single sign-on of this member; of owners it never does. Runs
 * with the person's id, where row security shows their own membership.
 */
export async function isSsoDemandedOf(trx: Trx, domain: string, accountId: string): Promise<boolean> {
  const row = await discovering(trx, domain, () =>
    trx
      .selectFrom('identity.sso_domain as domain')
      .innerJoin('identity.sso_connection as connection', 'connection.tenant_id', 'domain.tenant_id')
      .innerJoin('identity.membership as member', 'member.tenant_id', 'domain.tenant_id')
      .select('member.role')
      .where('domain.domain', '=', domain)
      .where('domain.verified_at', 'is not', null)
      .where('connection.required', '=', true)
      .where('member.account_id', '=', accountId)
      .where('member.role', '<>', 'owner')
      .executeTakeFirst(),
  )
  return row !== undefined
}

async function discovering<T>(trx: Trx, domain: string, ask: () => Promise<T>): Promise<T> {
  await sql`select set_config('app.sso_domain', ${domain}, true)`.execute(trx)
  const found = await ask()
  await sql`select set_config('app.sso_domain', '', true)`.execute(trx)
  return found
}

import { type Kysely, sql } from 'kysely'
import type { EmailDraft } from './contract.ts'

export interface Schema {
  'content.email': {
    tenant_id: string
    id: string
    name: string
    subject: string
    preheader: string
    format: EmailDraft['format']
    body: string
    revision: number
    created_at: Date
    updated_at: Date
  }
  'content.partial': { tenant_id: string; name: string; body: string; updated_at: Date }
}
export type EmailRow = Schema['content.email']
export type PartialRow = Schema['content.partial']
type Trx = Kysely<Schema>

export async function sumBytes(trx: Trx, tenantId: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select (
      (select coalesce(sum(octet_length(body) + octet_length(subject) + octet_length(preheader)), 0)
       from content.email where tenant_id = ${tenantId}) +
      (select coalesce(sum(octet_length(body)), 0) from content.partial where tenant_id = ${tenantId})
    )::float8 as bytes`.execute(trx)
  return rows[0]?.bytes ?? 0
}

export function insertEmail(trx: Trx, row: EmailRow): Promise<EmailRow> {
  return trx.insertInto('content.email').values(row).returningAll().executeTakeFirstOrThrow()
}

export function findEmail(trx: Trx, tenantId: string, emailId: string): Promise<EmailRow | undefined> {
  return trx
    .selectFrom('content.email')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', emailId)
    .executeTakeFirst()
}

export interface EmailPage {
  search: string | undefined
  limit: number
  /** The last row of the page before. */
  after: readonly [updatedAt: string, id: string] | undefined
}

/** Newest change first; one row more than the limit tells that there is another page. */
export function listEmails(trx: Trx, tenantId: string, { search, limit, after }: EmailPage) {
  return trx
    .selectFrom('content.email')
    .select(['id', 'name', 'subject', 'preheader', 'format', 'revision', 'created_at', 'updated_at'])
    .where('tenant_id', '=', tenantId)
    .$if(search !== undefined, (query) => {
      const pattern = `%${search?.replace(/[\\%_]/g, '\\$&')}%`
      return query.where((eb) => eb.or([eb('name', 'ilike', pattern), eb('subject', 'ilike', pattern)]))
    })
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(updated_at, id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
    )
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
}

/** Changes the row only while it is at the revision that was read: of writers at the same time one wins. */
export function changeEmail(
  trx: Trx,
  { tenantId, emailId, revision }: { tenantId: string; emailId: string; revision: number },
  change: EmailDraft & { updated_at: Date },
): Promise<EmailRow | undefined> {
  return trx
    .updateTable('content.email')
    .set({ ...change, revision: revision + 1 })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', emailId)
    .where('revision', '=', revision)
    .returningAll()
    .executeTakeFirst()
}

export async function removeEmail(trx: Trx, tenantId: string, emailId: string): Promise<boolean> {
  const result = await trx
    .deleteFrom('content.email')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', emailId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

export function listPartials(trx: Trx, tenantId: string): Promise<PartialRow[]> {
  return trx.selectFrom('content.partial').selectAll().where('tenant_id', '=', tenantId).orderBy('name').execute()
}

export function putPartial(trx: Trx, row: PartialRow): Promise<PartialRow> {
  return trx
    .insertInto('content.partial')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'name']).doUpdateSet({ body: row.body, updated_at: row.updated_at }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function countOtherPartials(trx: Trx, tenantId: string, name: string): Promise<number> {
  const { count } = await trx
    .selectFrom('content.partial')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tenantId)
    .where('name', '!=', name)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function removePartial(trx: Trx, tenantId: string, name: string): Promise<boolean> {
  const result = await trx
    .deleteFrom('content.partial')
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

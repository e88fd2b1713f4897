import { sql } from 'kysely'
import { deliveryAddress } from './addresses.ts'
import type { AudienceRef } from './contract.ts'
import type { Deps } from './deps.ts'
import { showFieldValue } from './field-values.ts'
import { getList } from './lists.ts'
import { conditionOfSegment, getSegment } from './segments.ts'
import {
  type EngagementFacts,
  findMergeRows,
  type MergeRow,
  mergeEngagement,
  pageMembers,
  pageRecipients,
} from './store/recipients.ts'
import { countMatching } from './store/segments.ts'

type Wanted<T> = { readonly tenantId: string } & T
const everyone = sql<boolean>`true`

/** What an audience is called and how many are in it now. */
export async function describeAudience(
  deps: Deps,
  { tenantId, audience }: Wanted<{ audience: AudienceRef }>,
): Promise<{ name: string; count: number }> {
  return deps.db.withTenant(tenantId, async (trx) => {
    switch (audience.kind) {
      case 'everyone':
        return { name: 'Everyone', count: await countMatching(trx, everyone) }
      case 'list': {
        const list = await getList(trx, audience.listId)
        return { name: list.name, count: list.contacts }
      }
      case 'segment': {
        const { name } = await getSegment(deps, tenantId, audience.segmentId)
        return { name, count: await countMatching(trx, await conditionOfSegment(deps, trx, audience.segmentId)) }
      }
    }
  })
}

/** Everyone of an audience in order of id, a page at a time. */
export async function pageAudience(
  deps: Deps,
  { tenantId, audience, after, limit }: Wanted<{ audience: AudienceRef; after?: string | undefined; limit: number }>,
): Promise<{ recipients: { contactId: string; email: string }[]; next: string | null }> {
  const rows = await deps.db.withTenant(tenantId, async (trx) => {
    switch (audience.kind) {
      case 'everyone':
        return pageRecipients(trx, everyone, after, limit)
      case 'list':
        await getList(trx, audience.listId)
        return pageMembers(trx, audience.listId, after, limit)
      case 'segment':
        return pageRecipients(trx, await conditionOfSegment(deps, trx, audience.segmentId), after, limit)
    }
  })
  const recipients = rows.map(({ id, email }) => ({ contactId: id, email: deliveryAddress(email) }))
  return { recipients, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) }
}

/** What templates may say about these contacts: every field has a value, empty when it is not set. */
export async function mergeValues(
  deps: Pick<Deps, 'db'>,
  { tenantId, contactIds }: Wanted<{ contactIds: readonly string[] }>,
): Promise<{ contactId: string; email: string; values: Record<string, string> }[]> {
  const rows = await deps.db.withTenant(tenantId, (trx) => findMergeRows(trx, contactIds))
  return rows.map((row) => ({ contactId: row.id, email: deliveryAddress(row.email), values: valuesOf(row, row.keys) }))
}

/** Standard and custom fields by key, never null. */
export function valuesOf(row: MergeRow, keys: readonly string[]): Record<string, string> {
  const values: Record<string, string> = { email: row.email, first_name: row.first_name, last_name: row.last_name }
  for (const key of keys) values[key] = showFieldValue(Object.hasOwn(row.fields, key) ? row.fields[key] : undefined)
  return values
}

export interface EngagementFact {
  readonly contactId: string
  readonly campaignId: string
  readonly action: 'sent' | 'opened' | 'clicked'
  readonly at: string
}

/** Keeps the latest of each; telling it the same again changes nothing. */
export async function recordEngagement(
  deps: Pick<Deps, 'db'>,
  { tenantId, facts }: Wanted<{ facts: readonly EngagementFact[] }>,
): Promise<void> {
  if (facts.length === 0) return
  const columns: EngagementFacts = {
    contactIds: facts.map((fact) => fact.contactId),
    campaignIds: facts.map((fact) => fact.campaignId),
    actions: facts.map((fact) => fact.action),
    times: facts.map((fact) => fact.at),
  }
  await deps.db.withTenant(tenantId, (trx) => mergeEngagement(trx, tenantId, columns))
}

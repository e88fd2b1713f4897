import { Readable } from 'node:stream'
import { recordAudit } from '@fanfare/identity/contract'
import { csvLine } from '@fanfare/kernel'
import { type ContactQuery, filterOf } from './contacts.ts'
import type { FieldValue } from './contract.ts'
import type { Deps } from './deps.ts'
import { joinTags } from './imports/tags.ts'
import { getList } from './lists.ts'
import { type ContactRecord, pageContacts } from './store/contacts.ts'
import { findFields } from './store/fields.ts'

const contactsRead = 1_000
const fixedColumns = ['email', 'first_name', 'last_name', 'tags', 'status'] as const

/**
 * Contacts as CSV, newest first, in constant memory. The headers are those that an import recognises, so a file that goes
 * out comes in again equal.
 */
export async function exportContacts(deps: Deps, tenantId: string, query: ContactQuery): Promise<Readable> {
  const { filter, keys } = await deps.db.withTenant(tenantId, async (trx) => {
    if (query.listId !== undefined) await getList(trx, query.listId)
    const { listId, segmentId } = query
    await recordAudit(deps.events, { tenantId, action: 'contacts.exported', after: { listId, segmentId } })
    const fields = await findFields(trx)
    return { filter: await filterOf(deps, trx, query), keys: fields.map(({ key }) => key) }
  })
  const lines = async function* () {
    yield csvLine([...fixedColumns, ...keys])
    for (let before: string | undefined; ; ) {
      const rows = await deps.db.withTenant(tenantId, (trx) => pageContacts(trx, filter, before, contactsRead))
      if (rows.length > 0) yield rows.map((row) => lineOf(row, keys)).join('')
      if (rows.length < contactsRead) return
      before = rows.at(-1)?.id
    }
  }
  return Readable.from(lines())
}

function lineOf(row: ContactRecord, keys: readonly string[]): string {
  const values = keys.map((key) => textOf(Object.hasOwn(row.fields, key) ? row.fields[key] : undefined))
  return csvLine([row.email, row.first_name, row.last_name, joinTags(row.tags), row.status, ...values])
}

/** Unlike in a template, `no` is written out: it must not come back as nothing. */
function textOf(value: FieldValue | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value === null || value === undefined ? '' : String(value)
}

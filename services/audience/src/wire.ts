import type { Contact, Import, List, Segment, Suppression } from './contract.ts'
import type { ContactRecord } from './store/contacts.ts'
import type { ImportRow } from './store/imports.ts'
import type { ListRow } from './store/lists.ts'
import type { SegmentRow } from './store/segments.ts'
import type { SuppressionRow } from './store/suppressions.ts'

export function showContact(row: ContactRecord): Contact {
  return {
    id: row.id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    fields: row.fields,
    tags: row.tags,
    listIds: row.list_ids,
    status: row.status,
    consentBasis: row.consent_basis,
    suppressed: row.suppressed,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

export function showList(row: ListRow & { contacts: number }): List {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    contacts: row.contacts,
    createdAt: row.created_at.toISOString(),
  }
}

export function showSegment(row: SegmentRow): Segment {
  return {
    id: row.id,
    name: row.name,
    rules: row.rules,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

export function showSuppression(row: SuppressionRow): Suppression {
  return {
    id: row.id,
    email: row.email,
    reason: row.reason,
    note: row.note,
    createdAt: row.created_at.toISOString(),
  }
}

/** Progress is told in bytes of the file as it was uploaded, whatever it was recoded to. */
export function showImport(row: ImportRow): Import {
  const bytes = Number(row.bytes)
  const share = Number(row.text_bytes) === 0 ? 1 : Number(row.cursor_bytes) / Number(row.text_bytes)
  return {
    id: row.id,
    fileName: row.file_name,
    bytes,
    state: row.state,
    source: row.source,
    encoding: row.dialect.encoding,
    delimiter: row.dialect.delimiter,
    columns: row.columns,
    bytesRead: row.state === 'uploaded' ? 0 : Math.min(bytes, Math.round(share * bytes)),
    rowsRead: row.rows_read,
    created: row.created,
    updated: row.updated,
    rejected: row.rejected,
    failure: row.failure,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

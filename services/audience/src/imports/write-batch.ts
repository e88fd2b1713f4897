import type { Kysely } from 'kysely'
import type { Deps } from '../deps.ts'
import { assertRoomAfter } from '../room.ts'
import { insertFields } from '../store/fields.ts'
import {
  type BatchFacts,
  createStage,
  joinStagedToList,
  stageColumns,
  suppressStaged,
  tagByKey,
  tagStaged,
  upsertStaged,
} from '../store/import-batch.ts'
import { advanceImport, claimBatch, type ImportRow, insertRejects } from '../store/imports.ts'
import type { Schema } from '../store/tables.ts'
import type { Batch } from './batch.ts'
import type { ImportPlan } from './plan.ts'

/**
 * Writes a batch and moves the import's cursor behind it, in one transaction. Returns the import after it, or undefined
 * when it no longer runs or another runner has written this batch.
 */
export async function writeBatch(
  deps: Deps,
  { tenant_id: tenantId, id: importId }: ImportRow,
  plan: ImportPlan,
  batch: Batch,
): Promise<ImportRow | undefined> {
  const now = deps.clock.now()
  const facts: BatchFacts = { tenantId, importId, now, consentBasis: plan.consentBasis, onDuplicate: plan.onDuplicate }
  return deps.db.withTenant(tenantId, async (trx) => {
    if (!(await claimBatch(trx, importId, batch))) return undefined
    const created = batch.contacts.size === 0 ? 0 : await writeContacts(deps, trx, facts, plan, batch)
    await assertRoomAfter(deps, trx, tenantId, created)
    if (batch.rejects.length > 0) await insertRejects(trx, tenantId, importId, batch.rejects)
    return advanceImport(trx, importId, batch, { created, now })
  })
}

async function writeContacts(
  deps: Deps,
  db: Kysely<Schema>,
  facts: BatchFacts,
  plan: ImportPlan,
  batch: Batch,
): Promise<number> {
  await insertFields(db, facts.tenantId, facts.now, newFields(batch))
  await createStage(db)
  await deps.db.copyIn(stageColumns, batch.contacts.chunks(), 'format text')
  const created = await upsertStaged(db, facts)
  if (plan.listId !== undefined) await joinStagedToList(db, facts, plan.listId)
  if (plan.tags.length > 0) await tagStaged(db, facts, plan.tags)
  await writeRowTags(db, facts, batch)
  if (batch.contacts.hasUnhappy) await suppressStaged(db, facts)
  return created
}

/** An attribute's own name is lost to its key, so the key is the label. */
function newFields(batch: Batch) {
  return [...batch.found].map(([key, type]) => ({ key, label: key.replaceAll('_', ' '), type }))
}

/** Tags of single rows. With `keep`, a contact that was there does get them: only its values stay. */
async function writeRowTags(db: Kysely<Schema>, { tenantId }: BatchFacts, batch: Batch): Promise<void> {
  const keys: string[] = []
  const tags: string[] = []
  for (const [key, named] of batch.contacts.tags) {
    for (const tag of named) {
      keys.push(key)
      tags.push(tag)
    }
  }
  if (keys.length > 0) await tagByKey(db, tenantId, keys, tags)
}

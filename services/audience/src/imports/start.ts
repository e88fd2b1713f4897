import { recordAudit } from '@fanfare/identity/contract'
import type { Violation } from '@fanfare/kernel'
import type { Kysely } from 'kysely'
import type { ColumnTarget, Field, Import, StartImport } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { addFields, findFieldTypes } from '../fields.ts'
import { RunImport } from '../jobs.ts'
import { ensureList, getList } from '../lists.ts'
import { isReservedKey, standardKeys } from '../reserved-keys.ts'
import { assertRoom } from '../room.ts'
import type { FieldTypes } from '../segment-check.ts'
import { findImport, type ImportRow, markImportRunning } from '../store/imports.ts'
import type { Schema } from '../store/tables.ts'
import { showImport } from '../wire.ts'
import type { ImportPlan } from './plan.ts'

/** Takes the person's word on columns and consent, makes the new fields and the list, and sets the import going. */
export async function startImport(
  deps: Deps,
  tenantId: string,
  importId: string,
  wanted: StartImport,
): Promise<Import> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const found = await findImport(trx, importId)
    if (found === undefined) throw problem('import_missing', { detail: { importId } })
    if (found.state !== 'uploaded') throw wrongState(found.state)
    refuseWrongMapping(wanted.columns, found, await findFieldTypes(trx))
    // One contact must fit; how many rows are new contacts shows when they are written.
    await assertRoom(deps, trx, tenantId, 1)
    const plan = await makePlan(deps, trx, tenantId, wanted)
    const columns = found.columns.map((column, index) => ({
      ...column,
      target: wanted.columns[index] ?? column.target,
    }))
    const row = await markImportRunning(trx, importId, { plan, columns, now: deps.clock.now() })
    if (row === undefined) throw wrongState('running')
    const { consentBasis, onDuplicate, tags, listId } = plan
    await recordAudit(deps.events, {
      tenantId,
      action: 'import.started',
      target: { kind: 'import', id: importId, name: found.file_name },
      after: { consentBasis, onDuplicate, tags, listId },
    })
    await deps.jobs.enqueue(RunImport, { importId }, { tenantId, singletonKey: importId })
    return showImport(row)
  })
}

const wrongState = (state: Import['state']) =>
  problem('import_state', { detail: { state, wanted: 'uploaded', action: 'started' } })

async function makePlan(deps: Deps, db: Kysely<Schema>, tenantId: string, wanted: StartImport): Promise<ImportPlan> {
  await addFields(db, tenantId, deps.clock.now(), wanted.columns.flatMap(newFieldOf))
  if (wanted.listId !== undefined) await getList(db, wanted.listId)
  const listId =
    wanted.listId ?? (wanted.listName === undefined ? undefined : await ensureList(deps, db, tenantId, wanted.listName))
  return {
    columns: wanted.columns,
    types: Object.fromEntries(await findFieldTypes(db)),
    consentBasis: wanted.consentBasis,
    listId,
    tags: [...new Set(wanted.tags)],
    onDuplicate: wanted.onDuplicate,
  }
}

function newFieldOf(target: ColumnTarget): Field[] {
  return target.kind === 'new_field' ? [{ key: target.key, label: target.label, type: target.type }] : []
}

function refuseWrongMapping(columns: readonly ColumnTarget[], found: ImportRow, types: FieldTypes): void {
  const violations = [...wrongColumns(columns, found, types)]
  if (violations.length === 0) return
  const reasons = violations.map(({ message }) => message).join('; ')
  throw problem('import_mapping', { detail: { reasons }, violations })
}

function* wrongColumns(columns: readonly ColumnTarget[], found: ImportRow, types: FieldTypes): Generator<Violation> {
  if (columns.length !== found.columns.length) {
    const message = `${columns.length} columns are mapped, the file has ${found.columns.length}`
    yield { path: '/body/columns', message }
  }
  const seen = new Set<string>()
  for (const [index, target] of columns.entries()) {
    const message = wrongTarget(target, types, seen)
    if (message !== undefined) yield { path: `/body/columns/${index}`, message }
  }
  if (!seen.has('email')) yield { path: '/body/columns', message: 'no column is mapped to the email address' }
}

function wrongTarget(target: ColumnTarget, types: FieldTypes, seen: Set<string>): string | undefined {
  if (target.kind !== 'field' && target.kind !== 'new_field') return undefined
  const { key } = target
  if (seen.has(key)) return `'${key}' is mapped twice`
  seen.add(key)
  if (target.kind === 'field') {
    return standardKeys.has(key) || types.has(key) ? undefined : `there is no field '${key}'; map it as a new one`
  }
  if (isReservedKey(key)) return `the key '${key}' is a standard one; choose another`
  const existing = types.get(key)
  return existing === undefined || existing === target.type
    ? undefined
    : `there is already a field '${key}' of type ${existing}; choose another key`
}

import { recordAudit } from '@fanfare/identity/contract'
import type { Kysely } from 'kysely'
import type { List } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import {
  deleteListRows,
  deleteMembers,
  findList,
  findListByName,
  findLists,
  insertList,
  insertMembers,
  renameList,
} from './store/lists.ts'
import type { Schema } from './store/tables.ts'
import { showList } from './wire.ts'

interface Wanted {
  readonly name: string
  readonly description: string
}

export async function listLists(deps: Pick<Deps, 'db'>, tenantId: string): Promise<List[]> {
  const rows = await deps.db.withTenant(tenantId, findLists)
  return rows.map(showList)
}

export async function createList(deps: Deps, tenantId: string, wanted: Wanted): Promise<List> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const row = await insertList(trx, rowOf(deps, tenantId, wanted))
    if (row === undefined) throw problem('list_taken', { detail: { name: wanted.name } })
    await recordAudit(deps.events, { tenantId, action: 'list.created', target: targetOf(row), after: { ...wanted } })
    return showList({ ...row, contacts: 0 })
  })
}

/** The list of that name, made when there is none. */
export async function ensureList(deps: Deps, db: Kysely<Schema>, tenantId: string, name: string): Promise<string> {
  const made = await insertList(db, rowOf(deps, tenantId, { name, description: '' }))
  const found = made ?? (await findListByName(db, name))
  if (found === undefined) throw problem('list_taken', { detail: { name } })
  return found.id
}

function rowOf(deps: Deps, tenantId: string, wanted: Wanted) {
  return { tenant_id: tenantId, id: deps.ids.next(), ...wanted, created_at: deps.clock.now() }
}

export async function updateList(
  deps: Pick<Deps, 'db' | 'events'>,
  tenantId: string,
  listId: string,
  change: Partial<Wanted>,
): Promise<List> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const before = await getList(trx, listId)
    const after = { name: change.name ?? before.name, description: change.description ?? before.description }
    if (!(await renameList(trx, listId, after))) throw problem('list_taken', { detail: { name: after.name } })
    const { name, description } = before
    await recordAudit(deps.events, {
      tenantId,
      action: 'list.updated',
      target: targetOf({ id: listId, name: after.name }),
      before: { name, description },
      after,
    })
    return showList({ ...before, ...after })
  })
}

/** Its contacts stay; they are only no longer on it. */
export async function deleteList(deps: Pick<Deps, 'db' | 'events'>, tenantId: string, listId: string): Promise<void> {
  await deps.db.withTenant(tenantId, async (trx) => {
    const before = await getList(trx, listId)
    if (!(await deleteListRows(trx, listId))) throw problem('list_missing', { detail: { listId } })
    const { name, description, contacts } = before
    await recordAudit(deps.events, {
      tenantId,
      action: 'list.deleted',
      target: targetOf(before),
      before: { name, description, contacts },
    })
  })
}

function targetOf({ id, name }: { id: string; name: string }) {
  return { kind: 'list', id, name }
}

export async function addToList(
  deps: Deps,
  tenantId: string,
  listId: string,
  contactIds: readonly string[],
): Promise<number> {
  return deps.db.withTenant(tenantId, async (trx) => {
    await getList(trx, listId)
    deps.live.publish(tenantId, 'contacts', { type: 'changed' })
    return insertMembers(trx, { tenantId, listId, now: deps.clock.now() }, contactIds)
  })
}

export async function removeFromList(
  deps: Deps,
  tenantId: string,
  listId: string,
  contactIds: readonly string[],
): Promise<number> {
  return deps.db.withTenant(tenantId, async (trx) => {
    await getList(trx, listId)
    deps.live.publish(tenantId, 'contacts', { type: 'changed' })
    return deleteMembers(trx, listId, contactIds)
  })
}

/** Problem: `audience.list_missing`. */
export async function getList(db: Kysely<Schema>, listId: string) {
  const row = await findList(db, listId)
  if (row === undefined) throw problem('list_missing', { detail: { listId } })
  return row
}

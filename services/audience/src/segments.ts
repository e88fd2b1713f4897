import { recordAudit } from '@fanfare/identity/contract'
import type { Kysely, RawBuilder } from 'kysely'
import type { Contact, Segment, SegmentRules } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { findFieldTypes } from './fields.ts'
import { checkRules, type FieldTypes, listsIn } from './segment-check.ts'
import { compileRules } from './segment-sql.ts'
import { pageContacts } from './store/contacts.ts'
import { findListIds } from './store/lists.ts'
import {
  countMatching,
  deleteSegmentRow,
  findSegment,
  findSegments,
  insertSegment,
  saveSegment,
} from './store/segments.ts'
import type { Schema } from './store/tables.ts'
import { showContact, showSegment } from './wire.ts'

const sampleSize = 5
interface Wanted {
  readonly name: string
  readonly rules: SegmentRules
}

export async function listSegments(deps: Pick<Deps, 'db'>, tenantId: string): Promise<Segment[]> {
  const rows = await deps.db.withTenant(tenantId, findSegments)
  return rows.map(showSegment)
}

export async function getSegment(deps: Pick<Deps, 'db'>, tenantId: string, segmentId: string): Promise<Segment> {
  const row = await deps.db.withTenant(tenantId, (trx) => findSegment(trx, segmentId))
  if (row === undefined) throw missing(segmentId)
  return showSegment(row)
}

export async function createSegment(deps: Deps, tenantId: string, { name, rules }: Wanted): Promise<Segment> {
  const now = deps.clock.now()
  return deps.db.withTenant(tenantId, async (trx) => {
    await refuseWrongRules(trx, rules)
    const segment = { tenant_id: tenantId, id: deps.ids.next(), name, rules, created_at: now, updated_at: now }
    const row = await insertSegment(trx, segment)
    await recordAudit(deps.events, {
      tenantId,
      action: 'segment.created',
      target: targetOf(row),
      after: { name, rules },
    })
    return showSegment(row)
  })
}

export async function updateSegment(
  deps: Deps,
  tenantId: string,
  segmentId: string,
  { name, rules }: Wanted,
): Promise<Segment> {
  return deps.db.withTenant(tenantId, async (trx) => {
    await refuseWrongRules(trx, rules)
    const before = await findSegment(trx, segmentId)
    const row = await saveSegment(trx, segmentId, { name, rules, now: deps.clock.now() })
    if (before === undefined || row === undefined) throw missing(segmentId)
    await recordAudit(deps.events, {
      tenantId,
      action: 'segment.updated',
      target: targetOf(row),
      before: { name: before.name, rules: before.rules },
      after: { name, rules },
    })
    return showSegment(row)
  })
}

export async function deleteSegment(
  deps: Pick<Deps, 'db' | 'events'>,
  tenantId: string,
  segmentId: string,
): Promise<void> {
  await deps.db.withTenant(tenantId, async (trx) => {
    const before = await findSegment(trx, segmentId)
    if (before === undefined || !(await deleteSegmentRow(trx, segmentId))) throw missing(segmentId)
    const { name, rules } = before
    await recordAudit(deps.events, {
      tenantId,
      action: 'segment.deleted',
      target: targetOf(before),
      before: { name, rules },
    })
  })
}

function targetOf({ id, name }: { id: string; name: string }) {
  return { kind: 'segment', id, name }
}

/** How many the rules take right now, and the newest few of them. */
export async function countSegment(
  deps: Deps,
  tenantId: string,
  rules: SegmentRules,
): Promise<{ count: number; tookMs: number; sample: Contact[] }> {
  const began = performance.now()
  return deps.db.withTenant(tenantId, async (trx) => {
    const condition = compileRules(rules, await refuseWrongRules(trx, rules), deps.clock.now())
    const count = await countMatching(trx, condition)
    const sample = count === 0 ? [] : await pageContacts(trx, { rules: condition }, undefined, sampleSize)
    return { count, tookMs: Math.round(performance.now() - began), sample: sample.map(showContact) }
  })
}

/** A kept segment as a condition over the alias `contact`. Problem: `audience.segment_missing`. */
export async function conditionOfSegment(
  deps: Pick<Deps, 'clock'>,
  db: Kysely<Schema>,
  segmentId: string,
): Promise<RawBuilder<boolean>> {
  const row = await findSegment(db, segmentId)
  if (row === undefined) throw missing(segmentId)
  return compileRules(row.rules, await findFieldTypes(db), deps.clock.now())
}

/** Problem: `audience.rules_invalid` with one violation a condition. Returns the types the rules were checked by. */
async function refuseWrongRules(db: Kysely<Schema>, rules: SegmentRules): Promise<FieldTypes> {
  const types = await findFieldTypes(db)
  const violations = checkRules(rules, types, new Set(await findListIds(db, listsIn(rules))))
  if (violations.length === 0) return types
  const reasons = violations.map(({ message }) => message).join('; ')
  throw problem('rules_invalid', {
    detail: { reasons },
    violations: violations.map(({ path, message }) => ({ path: `/body${path}`, message })),
  })
}

const missing = (segmentId: string) => problem('segment_missing', { detail: { segmentId } })

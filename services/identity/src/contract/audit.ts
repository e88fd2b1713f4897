import { type Actor, currentContext, defineEvent, type Events } from '@fanfare/kernel'
import { z } from 'zod'
import { AuditDetail, type AuditDetails, auditDetails } from './audit-detail.ts'

/** `noun.verb_past`, such as `api_key.created`. */
export const AuditAction = z.string().regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/)

export const AuditActor = z.object({
  kind: z.enum(['person', 'api_key', 'anonymous', 'system']),
  id: z.string().nullable(),
})
export const AuditTarget = z.object({ kind: z.string().max(60), id: z.string().max(200), name: z.string().nullable() })

/** One sensitive action as it was done. */
export const AuditFacts = z.object({
  action: AuditAction,
  actor: AuditActor,
  target: AuditTarget.nullable(),
  /** In the one form that an address has; null when no request began the work. */
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** What began the work: a route, a job, an event. */
  operation: z.string().nullable(),
  requestId: z.string().nullable(),
  before: AuditDetail.nullable(),
  after: AuditDetail.nullable(),
})
export type AuditFacts = z.infer<typeof AuditFacts>

/** Something was done in a workspace that its owner may want to know of later. Published by `recordAudit` only. */
export const AuditEntry = defineEvent('identity.audit_recorded', 1, AuditFacts)

/** What an action tells of itself. */
export interface Audited extends AuditDetails {
  /** `noun.verb_past`: `api_key.created`, `member.role_changed`. */
  readonly action: `${string}.${string}`
  /** What it was done to; `kind` is the noun: `api_key`, `member`. */
  readonly target?: { readonly kind: string; readonly id: string; readonly name?: string | undefined }
  /** Who did it, where the credential does not tell: the account of a person who is signing in. */
  readonly actor?: Actor | undefined
}

/**
 * Leaves an entry in the audit trail of a workspace. Call it in the transaction of the action, so that both are kept or
 * neither; who did it, from where and with what comes from the request. Where there is a `before`, only fields that differ
 * from it are kept. Nothing secret, no body of a message: fields that are named like a secret are hidden.
 *
 * @param audited.tenantId the workspace; refused (`database.tenant_mixed`) when the transaction is another's
 * @example
 * await db.withTenant(tenantId, async (trx) => {
 *   await store.insertApiKey(trx, row)
 *   await recordAudit(events, { tenantId, action: 'api_key.created', target: { kind: 'api_key', id: row.id, name: row.name } })
 * })
 */
export async function recordAudit(
  events: Pick<Events, 'publish'>,
  { tenantId, ...audited }: Audited & { readonly tenantId: string },
): Promise<void> {
  await events.publish(AuditEntry, auditFacts(audited), { tenantId })
}

/** The whole of an entry: what the action tells and what the work in hand is known by. */
export function auditFacts({ action, target, actor, before, after }: Audited): AuditFacts {
  const context = currentContext()
  const by = actor ?? context?.actor
  return {
    action,
    actor: { kind: by?.kind ?? 'system', id: by?.id ?? null },
    target: target === undefined ? null : { kind: target.kind, id: target.id, name: textOf(target.name) },
    address: textOf(context?.address),
    userAgent: textOf(context?.userAgent),
    operation: textOf(context?.operation),
    requestId: textOf(context?.requestId),
    ...auditDetails({ before, after }),
  }
}

/** Text that any database takes: no NUL, no half of a character, and not endless. */
function textOf(text: string | undefined): string | null {
  return text === undefined ? null : text.replaceAll('\0', '').slice(0, 300).toWellFormed()
}

/** An entry of a trail with its place in the chain. `hash` is over the canonical JSON of all the rest and `tenantId`. */
export const AuditRecord = z.object({
  sequence: z.int(),
  id: z.uuid(),
  occurredAt: z.iso.datetime().describe('When it was done'),
  recordedAt: z.iso.datetime().describe('When it got its place in the trail'),
  action: z.string(),
  actor: AuditActor.extend({
    name: z.string().nullable().describe('Address of a person, name of a key, as it was then'),
  }),
  target: AuditTarget.nullable(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  operation: z.string().nullable().describe('What began the work: a route, a job, an event'),
  requestId: z.string().nullable(),
  before: AuditDetail.nullable(),
  after: AuditDetail.nullable(),
  previousHash: z.string(),
  hash: z.string(),
})
export type AuditRecord = z.infer<typeof AuditRecord>

export const auditFaults = [
  'edited',
  'missing',
  'reordered',
  'unlinked',
  'rewritten',
  'truncated',
  'clock_back',
  'checkpoint_forged',
  'checkpoint_missing',
] as const
export const AuditFinding = z.object({ kind: z.enum(auditFaults), sequence: z.int(), text: z.string() })
export type AuditFinding = z.infer<typeof AuditFinding>

/** What reading a whole trail from its beginning has shown. */
export const AuditVerification = z.object({
  intact: z.boolean(),
  entries: z.int(),
  lastHash: z.string().describe('Of the last entry; keep it elsewhere to prove later that the trail began like this'),
  checkpoints: z.int().describe('Signed statements of earlier ends that the trail was held against'),
  lastCheckpointAt: z.iso.datetime().nullable(),
  publicKey: z.string().describe('Ed25519, base64url: checks the checkpoints without the secret'),
  findings: z.array(AuditFinding),
})
export type AuditVerification = z.infer<typeof AuditVerification>

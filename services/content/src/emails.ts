import { assertAllowed, recordAudit } from '@fanfare/identity/contract'
import { decodeCursor, encodeCursor, type PageQuery } from '@fanfare/kernel'
import { z } from 'zod'
import type { CompiledEmail, Email, EmailChange, EmailDraft, EmailPurpose, EmailSummary, Finding } from './contract.ts'
import type { Deps } from './deps.ts'
import { type CompiledDraft, compileDraft } from './draft/compile.ts'
import { compileFor, readContext } from './drafts.ts'
import { problem } from './errors.ts'
import { changeEmail, type EmailRow, findEmail, insertEmail, listEmails, removeEmail, sumBytes } from './store.ts'

type Reading = Pick<Deps, 'db' | 'audience'>

export async function createEmail(deps: Deps, tenantId: string, draft: EmailDraft): Promise<Email> {
  await assertAllowed(deps.identity, {
    tenantId,
    limit: 'storageBytes',
    adding: Buffer.byteLength(draft.body) + Buffer.byteLength(draft.subject) + Buffer.byteLength(draft.preheader),
    count: () => countBytes(deps, tenantId),
  })
  const now = deps.clock.now()
  const row = { ...columnsOf(draft), tenant_id: tenantId, id: deps.ids.next(), revision: 1 }
  const made = await deps.db.withTenant(tenantId, (trx) =>
    insertEmail(trx, { ...row, created_at: now, updated_at: now }),
  )
  return withFindings(deps, made)
}

/** Bytes of all that the workspace keeps here. */
export async function countBytes({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<number> {
  return db.withTenant(tenantId, (trx) => sumBytes(trx, tenantId))
}

export async function getEmail(deps: Reading, tenantId: string, emailId: string): Promise<Email> {
  return withFindings(deps, await getRow(deps, tenantId, emailId))
}

export async function updateEmail(
  deps: Deps,
  { tenantId, emailId, change }: { tenantId: string; emailId: string; change: z.output<typeof EmailChange> },
): Promise<Email> {
  const { revision } = change
  const columns = { ...columnsOf(change), updated_at: deps.clock.now() }
  const row = await deps.db.withTenant(tenantId, async (trx) => {
    const changed = await changeEmail(trx, { tenantId, emailId, revision }, columns)
    if (changed) return changed
    const current = await findEmail(trx, tenantId, emailId)
    if (current === undefined) throw problem('email_missing', { detail: { emailId } })
    throw problem('revision_stale', { detail: { revision, current: current.revision } })
  })
  return withFindings(deps, row)
}

export async function deleteEmail(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  tenantId: string,
  emailId: string,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    const before = await findEmail(trx, tenantId, emailId)
    const removed = before !== undefined && (await removeEmail(trx, tenantId, emailId))
    if (!removed) throw problem('email_missing', { detail: { emailId } })
    const { name, subject, revision } = before
    const target = { kind: 'email', id: emailId, name }
    await recordAudit(events, { tenantId, action: 'email.deleted', target, before: { name, subject, revision } })
  })
}

export async function copyEmail(deps: Deps, tenantId: string, emailId: string): Promise<Email> {
  const { name, subject, preheader, format, body } = await getRow(deps, tenantId, emailId)
  return createEmail(deps, tenantId, { name: `Copy of ${name}`.slice(0, 200), subject, preheader, format, body })
}

const Cursor = z.tuple([z.iso.datetime(), z.uuid()])

export async function pageEmails(
  { db }: Pick<Deps, 'db'>,
  tenantId: string,
  { search, limit, cursor }: PageQuery & { search?: string | undefined },
): Promise<{ rows: z.input<typeof EmailSummary>[]; nextCursor: string | null }> {
  const after = decodeCursor(cursor, Cursor)
  const found = await db.withTenant(tenantId, (trx) => listEmails(trx, tenantId, { search, limit, after }))
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  return {
    rows: rows.map(({ created_at, updated_at, ...columns }) => ({
      ...columns,
      ...timesOf({ created_at, updated_at }),
    })),
    nextCursor: last === undefined ? null : encodeCursor([last.updated_at.toISOString(), last.id]),
  }
}

export async function checkEmail(deps: Reading, tenantId: string, draft: EmailDraft): Promise<Finding[]> {
  return (await compileFor(deps, tenantId, draft)).findings
}

/** What a marketing email must not do and a transactional one may. */
const marketingErrors: ReadonlySet<string> = new Set(['missing_unsubscribe', 'unknown_field'])

type Compiling = Reading & Pick<Deps, 'compiled'>

/** The email as it is merged and sent; one with errors is refused. */
export async function compileEmail(
  deps: Compiling,
  { tenantId, emailId, purpose }: { tenantId: string; emailId: string; purpose: EmailPurpose },
): Promise<CompiledEmail> {
  const row = await getRow(deps, tenantId, emailId)
  const compiled = await deps.compiled.compile(row, await readContext(deps, tenantId, row, purpose))
  return { ...withoutErrors(compiled, row.name, purpose), emailId: row.id, revision: row.revision }
}

/** The same for texts that nobody keeps. */
export async function compileDraftOnce(
  deps: Reading,
  { tenantId, draft, purpose }: { tenantId: string; draft: EmailDraft; purpose: EmailPurpose },
): Promise<Omit<CompiledEmail, 'emailId' | 'revision'>> {
  const compiled = await compileDraft(draft, await readContext(deps, tenantId, draft, purpose))
  return withoutErrors(compiled, draft.name, purpose)
}

function withoutErrors({ findings, readable, ...compiled }: CompiledDraft, name: string, purpose: EmailPurpose) {
  const errors = findings.filter(
    ({ level, code }) => level === 'error' && !(purpose === 'transactional' && marketingErrors.has(code)),
  )
  if (errors.length === 0) return compiled
  throw problem('email_invalid', {
    detail: { name, count: errors.length },
    violations: errors.map(({ where, line, message }) => ({
      path: line === null ? `/${where}` : `/${where}/line/${line}`,
      message,
    })),
  })
}

async function getRow({ db }: Pick<Deps, 'db'>, tenantId: string, emailId: string): Promise<EmailRow> {
  const row = await db.withTenant(tenantId, (trx) => findEmail(trx, tenantId, emailId))
  if (row === undefined) throw problem('email_missing', { detail: { emailId } })
  return row
}

/** Findings are made when an email is read: a field or a partial may have changed since it was saved. */
async function withFindings(deps: Reading, row: EmailRow): Promise<Email> {
  const { findings } = await compileFor(deps, row.tenant_id, row)
  return { ...columnsOf(row), id: row.id, revision: row.revision, ...timesOf(row), findings }
}

function columnsOf({ name, subject, preheader, format, body }: EmailDraft): EmailDraft {
  return { name, subject, preheader, format, body }
}

function timesOf({ created_at, updated_at }: Pick<EmailRow, 'created_at' | 'updated_at'>) {
  return { createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() }
}

import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Factor, FactorKind, Factors } from '../contract/factors.ts'
import { problem } from '../errors.ts'
import { revokeSessions } from '../sessions/revoke-sessions.ts'
import { getAccount } from '../store/accounts.ts'
import * as store from '../store/factors.ts'
import { countRecoveryCodes, deleteRecoveryCodes } from '../store/recovery-codes.ts'
import type { Row } from '../store/schema.ts'
import type { FactorDeps } from './deps.ts'
import { factorRemovedMail } from './mails.ts'

/** Who acts: a person, in one of their sessions. */
export interface Actor {
  readonly accountId: string
  readonly sessionId: string
}

export async function listFactors(deps: FactorDeps, accountId: string): Promise<Factors> {
  return deps.db.transaction(async (trx) => ({
    rows: (await store.listConfirmedFactors(trx, accountId)).map(toFactor),
    recoveryCodesLeft: await countRecoveryCodes(trx, accountId),
    offered: offeredKinds(deps),
  }))
}

export function offeredKinds({ texts, passkeyHome }: Pick<FactorDeps, 'texts' | 'passkeyHome'>): FactorKind[] {
  const sms: FactorKind[] = texts === undefined ? [] : ['sms']
  const passkey: FactorKind[] = passkeyHome() === undefined ? [] : ['passkey']
  return ['totp', ...passkey, 'email', ...sms]
}

/** Whose factor it is comes from the session alone: with another person's id it is one that does not exist. */
export async function renameFactor(
  { db }: Pick<FactorDeps, 'db'>,
  { accountId, factorId, name }: { accountId: string; factorId: string; name: string },
): Promise<Factor> {
  const row = await db.transaction((trx) => store.renameFactor(trx, { accountId, id: factorId, name }))
  if (row === undefined) throw problem('factor_missing', { detail: { factorId } })
  return toFactor(row)
}

/** Ends all other sessions, since one of them may be why it is removed. Recovery codes go with the last factor. */
export async function removeFactor(deps: FactorDeps, { accountId, sessionId }: Actor, factorId: string): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const row = await store.deleteFactor(trx, accountId, factorId)
    if (row === undefined) throw problem('factor_missing', { detail: { factorId } })
    const last = !(await store.hasSecondFactor(trx, accountId))
    if (last) await deleteRecoveryCodes(trx, accountId)
    await revokeSessions(deps, trx, { accountId, except: sessionId })
    const before = { kind: row.kind, name: row.name }
    await recordAccountAudit(deps, trx, { accountId, action: 'factor.removed', before })
    const { email } = await getAccount(trx, accountId)
    await deps.mail.send({ to: email, template: factorRemovedMail, values: { kind: row.kind, name: row.name, last } })
  })
}

export function toFactor(row: Row<'identity.factor'>): Factor {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}

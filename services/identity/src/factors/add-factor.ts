import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { AddedFactor } from '../contract/factors.ts'
import type { OpenedSession } from '../sessions/open-session.ts'
import { raiseSession } from '../sessions/raise-session.ts'
import { revokeSessions } from '../sessions/revoke-sessions.ts'
import { getAccount } from '../store/accounts.ts'
import { countRecoveryCodes, replaceRecoveryCodes } from '../store/recovery-codes.ts'
import type { Row, Trx } from '../store/schema.ts'
import type { FactorDeps } from './deps.ts'
import { type Actor, toFactor } from './factors.ts'
import { factorAddedMail } from './mails.ts'
import { makeRecoveryCodes } from './recovery-codes.ts'

/** What adding a factor gives, before the tokens that its session gets. */
export type NewlyAdded = Omit<AddedFactor, 'tokens'>

/**
 * Adds a factor and what belongs to it: the other sessions end, this one changes its token as at every proof, the person is
 * told, and recovery codes come with a first factor. Undefined when `add` found that somebody else was first.
 */
export async function addFactor(
  deps: FactorDeps,
  actor: Actor,
  method: 'totp' | 'passkey' | 'email_code' | 'sms_code',
  add: (trx: Trx) => Promise<Row<'identity.factor'> | undefined>,
): Promise<{ added: NewlyAdded; opened: OpenedSession } | undefined> {
  const { accountId, sessionId } = actor
  const done = await deps.db.transaction(async (trx) => {
    const row = await add(trx)
    if (row === undefined) return undefined
    await revokeSessions(deps, trx, { accountId, except: sessionId })
    await recordAccountAudit(deps, trx, {
      accountId,
      action: 'factor.added',
      after: { kind: row.kind, name: row.name },
    })
    const { email } = await getAccount(trx, accountId)
    await deps.mail.send({ to: email, template: factorAddedMail, values: { kind: row.kind, name: row.name } })
    return { row, opened: await raiseSession(deps, trx, { sessionId, method }) }
  })
  if (done === undefined) return undefined
  return {
    added: { factor: toFactor(done.row), recoveryCodes: await firstCodes(deps, accountId) },
    opened: done.opened,
  }
}

/** After the factor is there, so that only who added it pays for the slow hashes, and never inside a transaction. */
async function firstCodes(deps: FactorDeps, accountId: string): Promise<string[] | null> {
  const left = await deps.db.transaction((trx) => countRecoveryCodes(trx, accountId))
  if (left > 0) return null
  const { shown, rows } = await makeRecoveryCodes(deps, accountId)
  await deps.db.transaction((trx) => replaceRecoveryCodes(trx, accountId, rows))
  return shown
}

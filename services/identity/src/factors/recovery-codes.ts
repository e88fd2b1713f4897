import { recordAccountAudit } from '../audit/record-account-audit.ts'
import { getAccount } from '../store/accounts.ts'
import {
  consumeRecoveryCode,
  countRecoveryCodes,
  findRecoverySalt,
  replaceRecoveryCodes,
} from '../store/recovery-codes.ts'
import type { Row, Trx } from '../store/schema.ts'
import { newBytes, newToken } from '../tokens.ts'
import type { FactorDeps } from './deps.ts'
import { recoveryCodesMail, recoveryCodeUsedMail } from './mails.ts'
import { hashRecoveryCode, readRecoveryCode, recoveryCodeCount, recoveryCodeOf } from './recovery-code.ts'

/** Codes as a person sees them once, and as they are kept. */
export interface MadeCodes {
  readonly shown: string[]
  readonly rows: Row<'identity.recovery_code'>[]
}

/** Slow, since each is hashed: call it outside of any transaction. */
export async function makeRecoveryCodes({ clock }: Pick<FactorDeps, 'clock'>, accountId: string): Promise<MadeCodes> {
  const shown = Array.from({ length: recoveryCodeCount }, () => recoveryCodeOf(newBytes(16)))
  const salt = newToken()
  const created_at = clock.now()
  const hashes = await Promise.all(shown.map((code) => hashRecoveryCode(code.replaceAll('-', ''), salt)))
  return { shown, rows: hashes.map((hash) => ({ account_id: accountId, salt, hash, created_at })) }
}

/** New codes; the former ones stop working. */
export async function renewRecoveryCodes(deps: FactorDeps, accountId: string): Promise<string[]> {
  const { shown, rows } = await makeRecoveryCodes(deps, accountId)
  await deps.db.transaction(async (trx) => {
    await replaceRecoveryCodes(trx, accountId, rows)
    await recordAccountAudit(deps, trx, { accountId, action: 'recovery_codes.renewed' })
    const { email } = await getAccount(trx, accountId)
    await deps.mail.send({ to: email, template: recoveryCodesMail, values: {} })
  })
  return shown
}

/** Whether it is one of the person's codes; it is used up then, and the person is told. */
export async function takeRecoveryCode(deps: FactorDeps, accountId: string, typed: string): Promise<boolean> {
  const salt = await deps.db.transaction((trx) => findRecoverySalt(trx, accountId))
  const code = readRecoveryCode(typed)
  if (salt === undefined || code === undefined) return false
  const hash = await hashRecoveryCode(code, salt)
  return deps.db.transaction(async (trx) => {
    if (!(await consumeRecoveryCode(trx, accountId, hash))) return false
    await tellOfUse(deps, trx, accountId)
    return true
  })
}

async function tellOfUse(deps: FactorDeps, trx: Trx, accountId: string): Promise<void> {
  const { email } = await getAccount(trx, accountId)
  const left = await countRecoveryCodes(trx, accountId)
  await recordAccountAudit(deps, trx, { accountId, action: 'recovery_code.used', after: { left } })
  await deps.mail.send({ to: email, template: recoveryCodeUsedMail, values: { left } })
}

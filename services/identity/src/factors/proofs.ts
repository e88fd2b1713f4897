import type { Proof, ProofMethod, ProofOptions } from '../contract/factors.ts'
import { problem } from '../errors.ts'
import type { OpenedSession } from '../sessions/open-session.ts'
import { raiseSession } from '../sessions/raise-session.ts'
import { getAccount } from '../store/accounts.ts'
import { listConfirmedFactors, touchFactor } from '../store/factors.ts'
import { countRecoveryCodes } from '../store/recovery-codes.ts'
import type { Row } from '../store/schema.ts'
import type { FactorDeps } from './deps.ts'
import type { Actor } from './factors.ts'
import { takePasskey } from './passkeys.ts'
import { takeRecoveryCode } from './recovery-codes.ts'
import { channelOf, hideEmail, hidePhone, sendCode, takeCode } from './sent-codes.ts'
import { phoneOf } from './sent-factor.ts'
import { takeTotp } from './totp-factor.ts'

interface Standing {
  readonly account: { readonly email: string; readonly password_hash: string | null }
  readonly factors: readonly Row<'identity.factor'>[]
  readonly recoveryCodes: number
}

/** How this person can prove who they are, in a sign-in's second step and before sensitive actions alike. */
export async function proofOptions(deps: FactorDeps, accountId: string): Promise<ProofOptions> {
  const standing = await standingOf(deps, accountId)
  const methods = methodsOf(deps, standing)
  const sms = standing.factors.find(({ kind }) => kind === 'sms')
  return {
    methods,
    email: methods.includes('email_code') ? hideEmail(standing.account.email) : null,
    phone: sms !== undefined && methods.includes('sms_code') ? hidePhone(phoneOf(deps, sms)) : null,
  }
}

/** Sends a code for this session to where the person gets their codes. Problem `identity.proof_refused` for a way that is not theirs. */
export async function sendProofCode(
  deps: FactorDeps,
  { accountId, sessionId }: Actor,
  method: 'email_code' | 'sms_code',
): Promise<string> {
  const standing = await standingOf(deps, accountId)
  if (!methodsOf(deps, standing).includes(method)) throw refused(method)
  const sms = method === 'sms_code' ? standing.factors.find(({ kind }) => kind === 'sms') : undefined
  const phone = sms && phoneOf(deps, sms)
  return sendCode(deps, { accountId, channel: channelOf[method], purpose: 'proof', about: sessionId }, phone)
}

/**
 * Takes a proof into the session: half a sign-in becomes a whole one, and a whole one has proven itself anew. The proof has
 * to be of a kind that is asked of this person; who has a second factor cannot do with the password again.
 */
export async function proveIdentity(deps: FactorDeps, actor: Actor, proof: Proof): Promise<OpenedSession> {
  const standing = await standingOf(deps, actor.accountId)
  if (!methodsOf(deps, standing).includes(proof.method)) throw refused(proof.method)
  if (!(await holds(deps, actor, standing, proof))) throw problem('code_wrong')
  return deps.db.transaction((trx) => raiseSession(deps, trx, { sessionId: actor.sessionId, method: proof.method }))
}

async function holds(deps: FactorDeps, actor: Actor, { account }: Standing, proof: Proof): Promise<boolean> {
  const { accountId, sessionId } = actor
  switch (proof.method) {
    case 'password':
      return deps.passwords.matches(proof.password, account.password_hash ?? undefined)
    case 'passkey':
      return takePasskey(deps, actor, proof.credential)
    case 'totp':
      return takeTotp(deps, accountId, proof.code.replaceAll(' ', ''))
    case 'recovery_code':
      return takeRecoveryCode(deps, accountId, proof.code)
    case 'email_code':
    case 'sms_code': {
      const channel = channelOf[proof.method]
      const key = { accountId, channel, purpose: 'proof', about: sessionId } as const
      const isRight = await takeCode(deps, key, proof.code.replaceAll(' ', ''))
      if (isRight) await deps.db.transaction((trx) => touchFactor(trx, accountId, channel, deps.clock.now()))
      return isRight
    }
  }
}

/** Whoever has a second factor gives one. Without any it is the password, and without that a code to the account's address. */
function methodsOf(deps: FactorDeps, { account, factors, recoveryCodes }: Standing): ProofMethod[] {
  if (factors.length === 0) return account.password_hash === null ? ['email_code'] : ['password']
  const has = (kind: string) => factors.some((factor) => factor.kind === kind)
  const usable: Readonly<Partial<Record<ProofMethod, boolean>>> = {
    passkey: has('passkey') && deps.passkeyHome() !== undefined,
    totp: has('totp'),
    sms_code: has('sms') && deps.texts !== undefined,
    email_code: has('email'),
    recovery_code: recoveryCodes > 0,
  }
  return (Object.keys(usable) as ProofMethod[]).filter((method) => usable[method])
}

async function standingOf({ db }: Pick<FactorDeps, 'db'>, accountId: string): Promise<Standing> {
  return db.transaction(async (trx) => ({
    account: await getAccount(trx, accountId),
    factors: await listConfirmedFactors(trx, accountId),
    recoveryCodes: await countRecoveryCodes(trx, accountId),
  }))
}

function refused(method: ProofMethod) {
  return problem('proof_refused', { detail: { method } })
}

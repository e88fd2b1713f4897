import { problem } from '../errors.ts'
import type { OpenedSession } from '../sessions/open-session.ts'
import { confirmFactor, findPendingFactor } from '../store/factors.ts'
import type { Row } from '../store/schema.ts'
import { addFactor, type NewlyAdded } from './add-factor.ts'
import type { FactorDeps } from './deps.ts'
import type { Actor } from './factors.ts'
import { takeCode } from './sent-codes.ts'
import { stepOf } from './totp-factor.ts'

/** A factor that was begun longer ago is to be begun again. */
const pendingMs = 30 * 60_000
const methodOf = { totp: 'totp', email: 'email_code', sms: 'sms_code' } as const

/** Finishes with a factor: its first code shows that it works. */
export async function confirmNewFactor(
  deps: FactorDeps,
  actor: Actor,
  { factorId, code }: { factorId: string; code: string },
): Promise<{ added: NewlyAdded; opened: OpenedSession }> {
  const now = deps.clock.now()
  const since = new Date(now.getTime() - pendingMs)
  const factor = await deps.db.transaction((trx) => findPendingFactor(trx, actor.accountId, factorId, since))
  if (factor === undefined || factor.kind === 'passkey') throw problem('factor_missing', { detail: { factorId } })
  const step = await firstStep(deps, factor, code)
  const done = await addFactor(deps, actor, methodOf[factor.kind], (trx) => confirmFactor(trx, factor, { now, step }))
  if (done === undefined) throw problem('factor_missing', { detail: { factorId } })
  return done
}

/** Null for codes that are sent. The first code of an authenticator app is used up, too. */
async function firstStep(deps: FactorDeps, factor: Row<'identity.factor'>, code: string): Promise<number | null> {
  const step =
    factor.kind === 'totp'
      ? stepOf(deps, factor, code)
      : (await takeCode(
            deps,
            {
              accountId: factor.account_id,
              channel: factor.kind === 'sms' ? 'sms' : 'email',
              purpose: 'enrolment',
              about: factor.id,
            },
            code,
          ))
        ? null
        : undefined
  if (step === undefined) throw problem('code_wrong')
  return step
}

import type { z } from 'zod'
import type { SentCode } from '../contract/factors.ts'
import { problem } from '../errors.ts'
import { deletePendingFactors, insertFactor, listConfirmedFactors } from '../store/factors.ts'
import type { Row } from '../store/schema.ts'
import type { CodeChannel } from '../store/tables/factors.ts'
import type { FactorDeps } from './deps.ts'
import { newFactorRow } from './factor-row.ts'
import { hidePhone, sendCode } from './sent-codes.ts'

/** Begins with codes to the account's own address. */
export function beginEmail(deps: FactorDeps, accountId: string): Promise<z.input<typeof SentCode>> {
  return begin(deps, { accountId, channel: 'email', name: 'Codes by email', phone: undefined })
}

/** Begins with codes to a phone; problem `identity.factor_not_offered` without a vendor. */
export function beginSms(deps: FactorDeps, accountId: string, phone: string): Promise<z.input<typeof SentCode>> {
  if (deps.texts === undefined) throw problem('factor_not_offered', { detail: { kind: 'sms' } })
  return begin(deps, { accountId, channel: 'sms', name: `Codes to ${hidePhone(phone)}`, phone })
}

/** The number of a factor that sends codes by SMS. */
export function phoneOf({ keys }: Pick<FactorDeps, 'keys'>, factor: Row<'identity.factor'>): string {
  return keys.open(factor.sealed ?? '', sealContext(factor.id))
}

async function begin(
  deps: FactorDeps,
  wanted: { accountId: string; channel: CodeChannel; name: string; phone: string | undefined },
): Promise<z.input<typeof SentCode>> {
  const { accountId, channel: kind, name, phone } = wanted
  const id = deps.ids.next()
  await deps.db.transaction(async (trx) => {
    const factors = await listConfirmedFactors(trx, accountId)
    if (factors.some((factor) => factor.kind === kind)) throw problem('factor_there', { detail: { kind } })
    await deletePendingFactors(trx, accountId, kind)
    await insertFactor(trx, {
      ...newFactorRow({ id, accountId, kind, name, now: deps.clock.now() }),
      sealed: phone === undefined ? null : deps.keys.seal(phone, sealContext(id)),
    })
  })
  const to = await sendCode(deps, { accountId, channel: kind, purpose: 'enrolment', about: id }, phone)
  return { factorId: id, to }
}

function sealContext(factorId: string): string {
  return `identity/factor/${factorId}/phone`
}

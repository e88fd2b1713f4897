import { problem } from '../errors.ts'
import { getAccount } from '../store/accounts.ts'
import { type CodeKey, consumeFactorCode, putFactorCode, spendTry } from '../store/factor-codes.ts'
import type { CodeChannel } from '../store/tables/factors.ts'
import { newDigits } from '../tokens.ts'
import type { FactorDeps } from './deps.ts'
import { codeMail } from './mails.ts'

/** A code and what it was asked for: the session that is to be proven, or the factor that is to be added. It is good for no other. */
export interface CodeFor extends CodeKey {
  readonly about: string
}

const lifeMinutes = 10
const tries = 5
const pauseMs = 30_000
const mostInAnHour = 6
const hourMs = 60 * 60_000
const signPurpose = 'identity/factor-code'

/**
 * Makes a code and sends it; a former one stops working.
 * @param phone where it goes by SMS; email codes go to the account's own address
 * @returns the address or number, partly hidden
 */
export async function sendCode(deps: FactorDeps, key: CodeFor, phone: string | undefined): Promise<string> {
  const code = newDigits()
  const now = deps.clock.now()
  const email = await deps.db.transaction(async (trx) => {
    const wasPut = await putFactorCode(trx, key, {
      hash: hashesOf(deps, key, code)[0] as string,
      tries,
      now,
      expiresAt: new Date(now.getTime() + lifeMinutes * 60_000),
      notSince: new Date(now.getTime() - pauseMs),
      hourAgo: new Date(now.getTime() - hourMs),
      most: mostInAnHour,
    })
    if (!wasPut) throw problem('code_too_soon', { retryAfterSeconds: pauseMs / 1_000 })
    const { email: address } = await getAccount(trx, key.accountId)
    if (key.channel === 'email') {
      await deps.mail.send({ to: address, template: codeMail, values: { code, minutes: lifeMinutes } })
    }
    return address
  })
  if (key.channel === 'email') return hideEmail(email)
  if (phone === undefined || deps.texts === undefined) throw problem('factor_not_offered', { detail: { kind: 'sms' } })
  const body = `${code} is your code for ${await deps.productName()}. It works for ${lifeMinutes} minutes. Give it to nobody.`
  await deps.texts.send({ to: phone, body })
  return hidePhone(phone)
}

/** Whether it is the code that was sent last; it is used up then. A wrong one costs a try, and with the last try the code ends. */
export async function takeCode(deps: FactorDeps, key: CodeFor, code: string): Promise<boolean> {
  const now = deps.clock.now()
  const hasTry = await deps.db.transaction((trx) => spendTry(trx, key, now))
  if (!hasTry) return false
  return deps.db.transaction((trx) => consumeFactorCode(trx, key, hashesOf(deps, key, code), now))
}

/** Keyed, since six digits are soon tried out; the key is not in the database. */
function hashesOf({ keys }: FactorDeps, { accountId, channel, purpose, about }: CodeFor, code: string): string[] {
  const payload = new TextEncoder().encode(`${accountId}/${channel}/${purpose}/${about}/${code}`)
  return keys.signatures(signPurpose, payload).map((signature) => Buffer.from(signature).toString('base64url'))
}

/** `a•••@example.com` */
export function hideEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, 1)}•••${email.slice(at)}`
}

/** `••• 42` */
export function hidePhone(phone: string): string {
  return `••• ${phone.slice(-2)}`
}

export const channelOf = { email_code: 'email', sms_code: 'sms' } as const satisfies Record<string, CodeChannel>

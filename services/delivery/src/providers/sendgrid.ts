import type { SettingsOf } from '../contract.ts'
import type { AccountStanding, Letter, ProviderClient, TroubleKind } from '../transport/letter.ts'
import { callProvider, type ProviderReply } from './calls.ts'
import { type ApiBase, type ProviderDeps, sendInCalls } from './client.ts'
import { type CallOutcome, type Group, outcomeOf, replied } from './hand-over.ts'
import { sendGridMail, weighForSendGrid } from './sendgrid-mail.ts'
import { reasonOf, type Verdict, verdictOf } from './verdicts.ts'

/** https://www.twilio.com/docs/sendgrid/api-reference/mail-send/limitations */
const limits = { most: 1_000, maxMessageBytes: 30_000_000, maxBytes: 10_000_000 }

const name = 'SendGrid'

export function sendGridApi(settings: SettingsOf<'sendgrid'>): string {
  return settings.region === 'eu' ? 'https://api.eu.sendgrid.com' : 'https://api.sendgrid.com'
}

/**
 * SendGrid's Web API v3. Up to 1,000 letters that share their texts go in one call, as personalizations with substitutions.
 * It offers no idempotency: a call whose answer was lost may have been carried out.
 */
export function createSendGridClient(deps: ProviderDeps, base: ApiBase, apiKey: string): ProviderClient {
  const ask = async (method: 'GET' | 'POST', path: string, body?: string) =>
    verdictOf(
      await callProvider(deps.egress, {
        url: base.url + path,
        trust: base.trust,
        method,
        timeoutMs: deps.config.providerTimeoutMs,
        headers: {
          authorization: `Bearer ${apiKey}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      }),
      { name, now: deps.clock.now(), wordsOf, troubleIn },
    )
  return {
    batch: limits.most,
    maxMessageBytes: limits.maxMessageBytes,
    send: (letters, progress) =>
      sendInCalls(
        letters,
        { ...limits, weigh: weighForSendGrid },
        async (group) => {
          const mail = sendGridMail(group.map(({ letter }) => letter) as [Letter, ...Letter[]])
          return readAnswer(await ask('POST', '/v3/mail/send', JSON.stringify(mail)), group)
        },
        progress,
      ),
    check: () => checkAccount(ask),
  }
}

function readAnswer(verdict: Verdict, group: Group): CallOutcome {
  if (verdict.kind === 'answered') {
    const { status, headers } = verdict.reply
    // Sending answers 202 and nothing else; another 2xx came from something in between.
    if (status !== 202) return outcomeOf({ kind: 'unknown', text: `${name} answered ${status}, not 202` }, group.length)
    const id = headers.get('x-message-id')
    const ending = replied(250, `${name} took it${id ? ` as ${id.slice(0, 100)}` : ''}`)
    return { kind: 'each', endings: group.map(() => ending), trouble: undefined }
  }
  const outcome = outcomeOf(verdict, group.length)
  if (outcome.kind !== 'refused' || verdict.kind !== 'refused') return outcome
  return { ...outcome, culprits: culpritsIn(verdict.reply, group.length) }
}

interface SendGridError {
  readonly message?: unknown
  readonly field?: unknown
}

function errorsIn({ json }: ProviderReply): readonly SendGridError[] {
  const errors = (json as { errors?: unknown } | null | undefined)?.errors
  return Array.isArray(errors) ? errors.filter((error) => typeof error === 'object' && error !== null) : []
}

function wordsOf(reply: ProviderReply): string {
  return errorsIn(reply)
    .slice(0, 3)
    .map(({ message, field }) => `${message}${typeof field === 'string' ? ` (${field})` : ''}`)
    .join('; ')
}

/** The field of an error names the personalization that it is about: `personalizations.3.to.0.email`. */
function culpritsIn(reply: ProviderReply, letters: number): number[] {
  const places = errorsIn(reply).map(({ field }) => /^personalizations\.(\d+)\b/.exec(String(field))?.[1])
  // An error that names nobody may be about everybody.
  if (places.includes(undefined)) return []
  return [...new Set(places.map(Number))].filter((place) => place < letters)
}

/** 401 says that a key is bad and also that the account's credits are used up. */
function troubleIn(reply: ProviderReply): TroubleKind | undefined {
  const words = wordsOf(reply)
  if (reply.status === 401 && /credits? exceeded/i.test(words)) return 'quota'
  // "The from address does not match a verified Sender Identity": the key is good.
  if (reply.status === 403 && /sender identity|\bfrom\b/i.test(words)) return 'account'
  return undefined
}

type Ask = (method: 'GET', path: string) => Promise<Verdict>

async function checkAccount(ask: Ask): Promise<AccountStanding> {
  const scopes = await ask('GET', '/v3/scopes')
  if (scopes.kind !== 'answered') return { state: 'fail', text: reasonOf(scopes) }
  const granted = (scopes.reply.json as { scopes?: unknown } | undefined)?.scopes
  if (!Array.isArray(granted)) return { state: 'fail', text: `${name} did not answer with the rights of the key` }
  if (!granted.includes('mail.send')) {
    return { state: 'fail', text: `The key may not send: give it the right "Mail Send" at ${name}` }
  }
  const credits = await ask('GET', '/v3/user/credits')
  const { remain, total, next_reset } = (credits.kind === 'answered' ? credits.reply.json : undefined) as Credits
  const quota =
    typeof remain === 'number' && typeof total === 'number'
      ? `; ${remain} of ${total} credits are left${typeof next_reset === 'string' ? ` until ${next_reset.slice(0, 20)}` : ''}`
      : ''
  return { state: remain === 0 ? 'warn' : 'pass', text: `${name} took the key, and it may send${quota}` }
}

/** https://www.twilio.com/docs/sendgrid/api-reference/users-api/retrieve-your-credit-balance; a key need not have the right to ask. */
interface Credits {
  readonly remain?: unknown
  readonly total?: unknown
  readonly next_reset?: unknown
}

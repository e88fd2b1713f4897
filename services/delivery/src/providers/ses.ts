import type { SettingsOf } from '../contract.ts'
import type { Ending } from '../engine/outcomes.ts'
import { oneLine } from '../message/plain-text.ts'
import type { AccountStanding, Letter, ProviderClient, TroubleKind, WayOutTrouble } from '../transport/letter.ts'
import { callProvider, type ProviderReply } from './calls.ts'
import { type ApiBase, type ProviderDeps, sendInCalls } from './client.ts'
import { type CallOutcome, type Group, outcomeOf, replied } from './hand-over.ts'
import { sesBulk, sesEmail, weighForSes } from './ses-message.ts'
import { signRequest } from './sigv4.ts'
import { reasonOf, type Verdict, verdictOf } from './verdicts.ts'

/** Fifty destinations a call, messages up to 40 MB: https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const limits = { most: 50, maxMessageBytes: 40_000_000, maxBytes: 5_000_000 }

const name = 'SES'

export function sesApi({ region }: SettingsOf<'ses'>): string {
  return `https://email.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

/**
 * The API v2 of Amazon SES. Up to 50 letters that share their texts go in one `SendBulkEmail`, which answers for each of
 * them; a letter alone in one `SendEmail`. Neither offers idempotency: a call whose answer was lost may have been carried out.
 */
export function createSesClient(
  deps: ProviderDeps,
  base: ApiBase,
  settings: SettingsOf<'ses'>,
  secretAccessKey: string,
): ProviderClient {
  const { accessKeyId, region, configurationSet } = settings
  const ask = async (method: 'GET' | 'POST', path: string, message?: object) => {
    const now = deps.clock.now()
    const url = new URL(base.url + path)
    const body = message === undefined ? '' : JSON.stringify(message)
    const headers = signRequest(
      { accessKeyId, secretAccessKey },
      { region, service: 'ses', now },
      { method, url, body, headers: message === undefined ? {} : { 'content-type': 'application/json' } },
    )
    const call = { url: url.href, trust: base.trust, method, headers, timeoutMs: deps.config.providerTimeoutMs }
    const result = await callProvider(deps.egress, message === undefined ? call : { ...call, body })
    return verdictOf(result, { name, now, wordsOf, troubleIn })
  }
  return {
    batch: limits.most,
    maxMessageBytes: limits.maxMessageBytes,
    send: (letters, progress) =>
      sendInCalls(
        letters,
        { ...limits, weigh: weighForSes },
        async (group) => {
          const [first, ...rest] = group.map(({ letter }) => letter) as [Letter, ...Letter[]]
          if (rest.length === 0) {
            return readOne(await ask('POST', '/v2/email/outbound-emails', sesEmail(first, configurationSet)))
          }
          const bulk = sesBulk([first, ...rest], configurationSet)
          return readBulk(await ask('POST', '/v2/email/outbound-bulk-emails', bulk), group)
        },
        progress,
      ),
    check: async () => readStanding(await ask('GET', '/v2/email/account')),
  }
}

function readOne(verdict: Verdict): CallOutcome {
  if (verdict.kind !== 'answered') return outcomeOf(verdict, 1)
  const id = (verdict.reply.json as { MessageId?: unknown } | null | undefined)?.MessageId
  if (typeof id !== 'string') return outcomeOf({ kind: 'unknown', text: `${name} answered without a MessageId` }, 1)
  return { kind: 'each', endings: [taken(id)], trouble: undefined }
}

function taken(id: string): Ending {
  return replied(250, `${name} took it as ${id.slice(0, 100)}`)
}

interface EntryResult {
  readonly Status?: unknown
  readonly Error?: unknown
  readonly MessageId?: unknown
}

function readBulk(verdict: Verdict, group: Group): CallOutcome {
  if (verdict.kind !== 'answered') return outcomeOf(verdict, group.length)
  const results = (verdict.reply.json as { BulkEmailEntryResults?: unknown } | null | undefined)?.BulkEmailEntryResults
  if (!Array.isArray(results) || results.length !== group.length) {
    return outcomeOf({ kind: 'unknown', text: `${name} did not answer for each of its entries` }, group.length)
  }
  const read = (results as (EntryResult | null)[]).map((result) => readEntry(result ?? {}))
  const trouble = read.find((entry) => entry.trouble !== undefined)?.trouble
  return { kind: 'each', endings: read.map(({ ending }) => ending), trouble }
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_BulkEmailEntryResult.html */
const troubleOfStatus: Readonly<Record<string, TroubleKind>> = {
  MAIL_FROM_DOMAIN_NOT_VERIFIED: 'account',
  CONFIGURATION_SET_NOT_FOUND: 'account',
  CONFIGURATION_SET_DOES_NOT_EXIST: 'account',
  CONFIGURATION_SET_SENDING_PAUSED: 'account',
  INVALID_SENDING_POOL_NAME: 'account',
  ACCOUNT_SUSPENDED: 'account',
  ACCOUNT_SENDING_PAUSED: 'account',
  ACCOUNT_THROTTLED: 'limited',
  ACCOUNT_DAILY_QUOTA_EXCEEDED: 'quota',
}

function readEntry(result: EntryResult): { ending: Ending; trouble?: WayOutTrouble } {
  const status = String(result.Status)
  if (status === 'SUCCESS') return { ending: taken(String(result.MessageId)) }
  const words = typeof result.Error === 'string' ? `: ${result.Error}` : ''
  const text = oneLine(`${name} answered ${status}${words}`).slice(0, 500)
  const kind = Object.hasOwn(troubleOfStatus, status) ? troubleOfStatus[status] : undefined
  if (kind !== undefined) {
    return { ending: { kind: 'lost', stage: 'mail', text }, trouble: { kind, text, retryAfterMs: undefined } }
  }
  switch (status) {
    case 'TRANSIENT_FAILURE':
      return { ending: replied(451, text) }
    case 'MESSAGE_REJECTED':
    case 'INVALID_PARAMETER':
    case 'INVALID_PARAMETER_VALUE':
    case 'TEMPLATE_NOT_FOUND':
    case 'TEMPLATE_DOES_NOT_EXIST':
    case 'FAILED':
      return { ending: replied(554, text) }
  }
  return { ending: { kind: 'lost', stage: 'content', text } }
}

/** `TooManyRequestsException` of `TooManyRequestsException:http://internal.amazon.com/…`. */
function typeOf({ headers, json }: ProviderReply): string {
  const told = headers.get('x-amzn-errortype') ?? (json as { __type?: unknown } | null | undefined)?.__type
  return (typeof told === 'string' ? told : '').replace(/:.*$/, '').replace(/^.*#/, '')
}

function wordsOf(reply: ProviderReply): string {
  const said = reply.json as { message?: unknown; Message?: unknown } | null | undefined
  const message = said?.message ?? said?.Message
  return [typeOf(reply), typeof message === 'string' ? message : ''].filter((word) => word !== '').join(': ')
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors and CommonErrors */
const troubleOfType: Readonly<Record<string, TroubleKind>> = {
  AccountSuspendedException: 'account',
  MailFromDomainNotVerifiedException: 'account',
  SendingPausedException: 'account',
  NotFoundException: 'account',
  LimitExceededException: 'quota',
  ThrottlingException: 'limited',
  Throttling: 'limited',
  RequestExpired: 'account',
}

function troubleIn(reply: ProviderReply): TroubleKind | undefined {
  const type = typeOf(reply)
  const words = wordsOf(reply)
  if (/daily (message|sending) quota/i.test(words)) return 'quota'
  // A sandbox account says so of the recipient, a live one of the sender: no letter of this account is to go there.
  if (type === 'MessageRejected' && /not verified/i.test(words)) return 'account'
  return Object.hasOwn(troubleOfType, type) ? troubleOfType[type] : undefined
}

interface Account {
  readonly SendingEnabled?: unknown
  readonly ProductionAccessEnabled?: unknown
  readonly EnforcementStatus?: unknown
  readonly SendQuota?: {
    readonly Max24HourSend?: unknown
    readonly MaxSendRate?: unknown
    readonly SentLast24Hours?: unknown
  }
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html */
function readStanding(verdict: Verdict): AccountStanding {
  if (verdict.kind !== 'answered') return { state: 'fail', text: reasonOf(verdict) }
  const account = (verdict.reply.json ?? {}) as Account
  const { Max24HourSend: most, MaxSendRate: rate, SentLast24Hours: sent } = account.SendQuota ?? {}
  const quota =
    typeof most === 'number' && typeof sent === 'number' && typeof rate === 'number'
      ? `; ${sent} of ${most} messages of 24 hours were sent, ${rate} a second at most`
      : ''
  if (account.SendingEnabled !== true) return { state: 'fail', text: `${name} has switched sending off${quota}` }
  if (account.ProductionAccessEnabled === false) {
    return { state: 'warn', text: `${name} has the account in its sandbox: only verified addresses get mail${quota}` }
  }
  if (account.EnforcementStatus === 'PROBATION') return { state: 'warn', text: `${name} reviews the account${quota}` }
  const isFull = typeof most === 'number' && typeof sent === 'number' && most > 0 && sent >= most
  return { state: isFull ? 'warn' : 'pass', text: `${name} took the key, and the account may send${quota}` }
}

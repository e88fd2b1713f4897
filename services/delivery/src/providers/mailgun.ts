import type { SettingsOf } from '../contract.ts'
import type { AccountStanding, Letter, ProviderClient, TroubleKind } from '../transport/letter.ts'
import { callProvider, type ProviderReply } from './calls.ts'
import { type ApiBase, type ProviderDeps, sendInCalls } from './client.ts'
import { type CallOutcome, type Group, outcomeOf, replied } from './hand-over.ts'
import { type Field, mailgunForm, weighForMailgun } from './mailgun-message.ts'
import { reasonOf, type Verdict, verdictOf } from './verdicts.ts'

/** https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending; messages up to 25 MB. */
const limits = { most: 1_000, maxMessageBytes: 25_000_000, maxBytes: 10_000_000 }

const name = 'Mailgun'

export function mailgunApi(settings: SettingsOf<'mailgun'>): string {
  return settings.region === 'eu' ? 'https://api.eu.mailgun.net' : 'https://api.mailgun.net'
}

/**
 * Mailgun's messages API. Up to 1,000 letters that share their texts go in one call, with recipient variables. It offers no
 * idempotency: a call whose answer was lost may have been carried out.
 */
export function createMailgunClient(deps: ProviderDeps, base: ApiBase, account: MailgunAccount): ProviderClient {
  const { domain, apiKey } = account
  const ask = async (method: 'GET' | 'POST', path: string, fields?: readonly Field[]) => {
    const form = fields && (await encode(fields))
    return verdictOf(
      await callProvider(deps.egress, {
        url: base.url + path,
        trust: base.trust,
        method,
        timeoutMs: deps.config.providerTimeoutMs,
        headers: {
          authorization: `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`,
          accept: 'application/json',
          ...(form && { 'content-type': form.contentType }),
        },
        ...(form && { body: form.body }),
      }),
      { name, now: deps.clock.now(), wordsOf, troubleIn },
    )
  }
  return {
    batch: limits.most,
    maxMessageBytes: limits.maxMessageBytes,
    send: (letters, progress) =>
      sendInCalls(
        letters,
        { ...limits, weigh: weighForMailgun },
        async (group) => {
          const fields = mailgunForm(group.map(({ letter }) => letter) as [Letter, ...Letter[]])
          return readAnswer(await ask('POST', `/v3/${domain}/messages`, fields), group)
        },
        progress,
      ),
    check: async () => readStanding(await ask('GET', `/v4/domains/${domain}`), domain),
  }
}

export interface MailgunAccount {
  readonly domain: string
  readonly apiKey: string
}

async function encode(fields: readonly Field[]): Promise<{ body: Uint8Array; contentType: string }> {
  const form = new FormData()
  for (const [field, value] of fields) form.append(field, value)
  const encoded = new Response(form)
  return {
    body: new Uint8Array(await encoded.arrayBuffer()),
    contentType: encoded.headers.get('content-type') as string,
  }
}

function readAnswer(verdict: Verdict, group: Group): CallOutcome {
  if (verdict.kind !== 'answered') return outcomeOf(verdict, group.length)
  const { status, json } = verdict.reply
  const id = (json as { id?: unknown } | null | undefined)?.id
  // Sending answers 200 with an id; anything else that looks well came from something in between.
  if (status !== 200 || typeof id !== 'string') {
    return outcomeOf({ kind: 'unknown', text: `${name} answered ${status} without an id` }, group.length)
  }
  const ending = replied(250, `${name} took it as ${id.slice(0, 200)}`)
  return { kind: 'each', endings: group.map(() => ending), trouble: undefined }
}

function wordsOf({ json, text }: ProviderReply): string {
  const message = (json as { message?: unknown } | null | undefined)?.message
  // A refused key is answered by the bare word "Forbidden".
  return typeof message === 'string' ? message : json === undefined ? text.slice(0, 200) : ''
}

/** Mailgun says most of what is wrong with an account by 400 or 403 and words. */
function troubleIn(reply: ProviderReply): TroubleKind | undefined {
  if (![400, 402, 403, 404, 420, 429].includes(reply.status)) return undefined
  const words = wordsOf(reply)
  if (/limit (exceeded|reached)|exceeded .{0,40}(limit|quota)|quota/i.test(words) && reply.status !== 429)
    return 'quota'
  if (/not allowed to send|is (unverified|disabled|suspended)|sandbox subdomains|domain not found/i.test(words)) {
    return 'account'
  }
  return undefined
}

function readStanding(verdict: Verdict, domain: string): AccountStanding {
  if (verdict.kind !== 'answered') {
    const isMissing = verdict.kind === 'trouble' && /\b404\b/.test(verdict.trouble.text)
    return { state: 'fail', text: isMissing ? `${name} has no domain ${domain} in this region` : reasonOf(verdict) }
  }
  const found = (verdict.reply.json as { domain?: { state?: unknown; is_disabled?: unknown } } | undefined)?.domain
  if (found?.is_disabled === true) return { state: 'fail', text: `${name} took the key; it has disabled ${domain}` }
  if (found?.state === 'active') return { state: 'pass', text: `${name} took the key, and ${domain} may send` }
  const state = typeof found?.state === 'string' ? found.state.slice(0, 40) : 'in an unknown state'
  return { state: 'fail', text: `${name} took the key, but ${domain} is ${state}: finish its DNS records there` }
}

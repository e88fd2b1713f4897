import type { Egress, EgressRequest, Problem } from '@fanfare/kernel'
import { oneLine } from '../message/plain-text.ts'

/** What came of one call. */
export type CallResult =
  | { readonly kind: 'reply'; readonly reply: ProviderReply }
  /** It certainly did not get there. */
  | { readonly kind: 'unsent'; readonly text: string }
  /** It went out and no answer came: it may have been carried out. */
  | { readonly kind: 'unanswered'; readonly text: string }

export interface ProviderReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body, or undefined when it is no JSON. */
  readonly json: unknown
}

export interface ProviderCall extends Pick<EgressRequest, 'method' | 'headers' | 'body' | 'trust'> {
  readonly url: string
  readonly timeoutMs: number
}

/** Answers are small; more is not ours to read. */
const maxReplyBytes = 1_048_576

/** One request to a provider; never throws. */
export async function callProvider(egress: Egress, { url, ...request }: ProviderCall): Promise<CallResult> {
  let response: Response
  try {
    response = await egress.fetch(url, { ...request, maxBytes: maxReplyBytes })
  } catch (error) {
    return { kind: wasNeverSent(error) ? 'unsent' : 'unanswered', text: textOf(error) }
  }
  // The status alone says whether it was taken; a body that breaks off is as good as none.
  const text = await response.text().catch(() => '')
  return { kind: 'reply', reply: { status: response.status, headers: response.headers, text, json: parse(text) } }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Codes of Node, OpenSSL and undici for what goes wrong before a request is written. */
const beforeSending =
  /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/

interface Failure extends Error {
  readonly code?: unknown
  readonly syscall?: unknown
}

function wasNeverSent(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    const { code, syscall, message } = at as Failure
    if (code === 'egress.blocked' || syscall === 'connect' || syscall === 'getaddrinfo') return true
    if (typeof code === 'string' && beforeSending.test(code)) return true
    // Node gives a connection lost in the TLS handshake the code of one lost later: only its words tell them apart.
    if (/before secure TLS connection was established/.test(message)) return true
    if (at instanceof AggregateError && at.errors.length > 0) return at.errors.every(wasNeverSent)
  }
  return false
}

function textOf(error: unknown): string {
  return oneLine(error instanceof Error ? (error as Problem).message : String(error)).slice(0, 300)
}

/** Milliseconds that a reply asks to wait: Retry-After in seconds or as a date (RFC 9110 §10.2.3), else SendGrid's X-RateLimit-Reset. */
export function retryAfterOf(headers: Headers, now: Date): number | undefined {
  const retryAfter = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(retryAfter)) return bounded(Number(retryAfter) * 1_000)
  const date = Date.parse(retryAfter)
  if (!Number.isNaN(date)) return bounded(date - now.getTime())
  const reset = headers.get('x-ratelimit-reset')?.trim() ?? ''
  if (headers.get('x-ratelimit-remaining')?.trim() === '0' && /^\d{9,11}$/.test(reset)) {
    return bounded(Number(reset) * 1_000 - now.getTime())
  }
  return undefined
}

/** A wrong clock on the other side must not stop a campaign for ever. */
const longestWaitMs = 24 * 60 * 60 * 1_000

function bounded(ms: number): number {
  return Math.min(longestWaitMs, Math.max(0, ms))
}

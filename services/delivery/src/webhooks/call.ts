import { isProblem } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Verdict } from './schedule.ts'
import { type SignedMessage, signedHeaders } from './signature.ts'

/** Where a message goes and what it is signed with. */
export interface Endpoint {
  readonly url: string
  /** The current one, and the one of before while it is still good. With none, nothing is sent. */
  readonly secrets: readonly string[]
}

/** What came of one call. */
export interface CallResult extends Verdict {
  readonly at: Date
  readonly durationMs: number
  readonly status: number | null
  readonly error: string | null
  /** The start of the answer, where the receiver did not take the message. */
  readonly response: string | null
}

const keptBytes = 4_096
/** The receiver is at its limit, or what stands before it cannot reach it: no hurry with anything. */
const busyStatuses = new Set([429, 502, 503, 504])
const busyRestMs = 10_000

/**
 * Calls a webhook once. Rejects only when `signal` aborts; everything that a receiver or the network can do is a result.
 * No redirect is followed: it could lead anywhere, and the receiver can give its new address.
 */
export async function callWebhook(
  { egress, clock, config }: Pick<Deps, 'clock' | 'config' | 'egress'>,
  endpoint: Endpoint,
  message: SignedMessage,
  signal?: AbortSignal,
): Promise<CallResult> {
  const at = clock.now()
  const began = performance.now()
  const result = (status: number | null, rest: Pick<CallResult, 'error' | 'response'> & Verdict): CallResult => {
    return { at, durationMs: Math.round(performance.now() - began), status, ...rest }
  }
  if (endpoint.secrets.length === 0) {
    const error = 'Its secret cannot be opened with the master key of this installation; rotate the secret'
    return result(null, { kind: 'failed', askedRestMs: 0, error, response: null })
  }
  try {
    const reply = await egress.fetch(endpoint.url, {
      method: 'POST',
      headers: signedHeaders(message, endpoint.secrets, at),
      body: message.payload,
      timeoutMs: config.webhookTimeoutMs,
      trust: config.allowPrivateWebhooks ? 'operator' : 'public',
      ...(signal ? { signal } : {}),
    })
    const start = await readStart(reply)
    if (reply.ok) return result(reply.status, { kind: 'delivered', askedRestMs: 0, error: null, response: null })
    return result(reply.status, {
      kind: reply.status === 410 ? 'gone' : 'failed',
      askedRestMs: busyStatuses.has(reply.status)
        ? (retryAfterMs(reply.headers.get('retry-after'), clock.now()) ?? busyRestMs)
        : 0,
      error: reply.status < 400 ? 'It answered with a redirect; redirects are not followed' : null,
      response: start,
    })
  } catch (error) {
    if (signal?.aborted) throw error
    if (!isProblem(error)) throw error
    return result(null, { kind: 'failed', askedRestMs: 0, error: error.message, response: null })
  }
}

/** The first bytes of an answer, and no more of it: the rest is not downloaded. What breaks off half-way counts as it is. */
async function readStart(reply: Response): Promise<string> {
  if (reply.body === null) return ''
  const reader = reply.body.getReader()
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    while (bytes < keptBytes) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      bytes += value.byteLength
    }
  } catch {
    // The status has said what matters.
  }
  await reader.cancel().catch(() => {})
  return textOf(Buffer.concat(chunks).subarray(0, keptBytes))
}

/** A column of text takes no NUL; a byte that is no text takes one byte here, too. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll('\0', '').replaceAll('\uFFFD', '?')
}

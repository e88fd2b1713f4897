import type { Response as UndiciResponse } from 'undici'
import { egressProblem } from './problems.ts'

export interface BodyLimits {
  readonly shown: string
  readonly maxBytes: number
  /** Turns what breaks the stream into a problem. */
  readonly failure: (error: unknown) => unknown
}

/** The reply with a body that fails past its limit. Counted after decompression, so that a small bomb stays small. */
export function limitBody(reply: UndiciResponse, url: URL, limits: BodyLimits): Response {
  const headers = [...reply.headers] as [string, string][]
  const body = reply.body === null ? null : limitStream(reply.body, limits)
  const made = new Response(body, { status: reply.status, statusText: reply.statusText, headers })
  Object.defineProperty(made, 'url', { value: url.href })
  return made
}

function limitStream(stream: NonNullable<UndiciResponse['body']>, limits: BodyLimits): ReadableStream<Uint8Array> {
  const { shown, maxBytes, failure } = limits
  const reader = stream.getReader()
  let bytes = 0
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        bytes += value.byteLength
        if (bytes > maxBytes) throw egressProblem('too_large', { detail: { url: shown, maxBytes } })
        controller.enqueue(value)
      } catch (error) {
        controller.error(failure(error))
        await reader.cancel().catch(() => {})
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
}

import { token } from './token.ts'

export interface EgressRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  signal?: AbortSignal
  /** Whole call; default 15 000. */
  timeoutMs?: number
  /** Of the decoded body; default 5 MB. More is `egress.too_large`. */
  maxBytes?: number
  /** Default 0: a redirect is returned as it is. Each hop is checked anew and loses credentials across origins. */
  maxRedirects?: number
  /**
   * `public` (default): http(s) to public addresses only. `operator`: the URL comes from the operator's own config
   * (a model server on the same machine) and may be private.
   */
  trust?: 'public' | 'operator'
}

/**
 * The one way out by HTTP. Resolves the name once, refuses private, local and reserved addresses, connects to the address it
 * checked, bounds time and size, and ignores proxy variables.
 */
export interface Egress {
  /** Problems: `egress.blocked`, `egress.timeout`, `egress.too_large`, `egress.failed`. An HTTP error status is a reply, not a problem. */
  fetch(url: string, request?: EgressRequest): Promise<Response>
  /**
   * Whether a URL that is to be called later may be called, for where a person enters it. A name that resolves to nothing just
   * now passes: every call checks again. Problem: `egress.blocked`.
   */
  check(url: string, trust?: EgressRequest['trust']): Promise<void>
  /** The same as a `fetch` for libraries that take one. */
  asFetch(defaults?: EgressRequest): typeof globalThis.fetch
}

export const Egress = token<Egress>()('egress')

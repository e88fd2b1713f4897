import createFetchClient, { type Client } from 'openapi-fetch'
import type { paths } from './generated/paths.ts'

export type { components, paths } from './generated/paths.ts'

/** The client of one Fanfare: `client.GET('/v1/contacts', …)`, typed by the OpenAPI document. */
export type FanfareClient = Client<paths>

export interface ClientOptions {
  /** `https://fanfare.example.com`, without a trailing slash. Empty for the page's own origin. */
  url: string
  /** An API key. Leave out in a browser, where the session cookie speaks. */
  key?: string
  /** The workspace to work in, by id; needed for a person with more than one. A function is asked at each call. */
  workspace?: string | (() => string | undefined)
  fetch?: typeof globalThis.fetch
}

/**
 * The word that shows a page to be ours, from the cookie that a sign-in leaves for it; undefined outside of a page. An unsafe
 * call that relies on the session's cookie sends it in the header `fanfare-csrf`.
 */
export function csrfToken(): string | undefined {
  const { document } = globalThis as { document?: { cookie: string } }
  return /(?:^|; )(?:__Host-)?fanfare_csrf=([^;]+)/.exec(document?.cookie ?? '')?.[1]
}

/**
 * Makes a client. Each call resolves to `{ data, error, response }`; `error` is the problem+json body.
 *
 * @example
 * const fanfare = createClient({ url: 'http://127.0.0.1:8080', key: process.env.FANFARE_KEY })
 * const { data, error } = await fanfare.GET('/v1/contacts', { params: { query: { limit: 10 } } })
 */
export function createClient({ url, key, workspace, fetch }: ClientOptions): FanfareClient {
  const client = createFetchClient<paths>({ baseUrl: url, ...(fetch ? { fetch } : {}) })
  client.use({
    onRequest({ request }) {
      const chosen = typeof workspace === 'function' ? workspace() : workspace
      if (key !== undefined) request.headers.set('authorization', `Bearer ${key}`)
      const csrf = key === undefined ? csrfToken() : undefined
      if (csrf !== undefined) request.headers.set('fanfare-csrf', csrf)
      if (chosen !== undefined) request.headers.set('fanfare-workspace', chosen)
      return request
    },
  })
  return client
}

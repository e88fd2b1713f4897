/** One request on its way through redirects. */
export interface Hop {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

const redirectStatuses = new Set([301, 302, 303, 307, 308])
/** All others may be a credential: a name says nothing about what a header holds. */
const keptAcrossOrigins = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])

/** Where a reply sends us, or undefined when it is the answer. */
export function redirectTarget(status: number, location: string | null, from: URL): URL | undefined {
  if (!redirectStatuses.has(status) || location === null || !URL.canParse(location, from)) return undefined
  return new URL(location, from)
}

/** The next request, as the Fetch standard has it: https://fetch.spec.whatwg.org/#http-redirect-fetch */
export function nextHop(hop: Hop, status: number, from: URL, to: URL): Hop {
  const turnsToGet =
    (status === 303 && hop.method !== 'HEAD') || ((status === 301 || status === 302) && hop.method === 'POST')
  const kept = Object.entries(hop.headers).filter(([name]) => {
    const lower = name.toLowerCase()
    if (turnsToGet && lower === 'content-type') return false
    return from.origin === to.origin || keptAcrossOrigins.has(lower)
  })
  return {
    method: turnsToGet ? 'GET' : hop.method,
    headers: Object.fromEntries(kept),
    body: turnsToGet ? undefined : hop.body,
  }
}

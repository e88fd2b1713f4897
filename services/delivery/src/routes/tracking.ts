import { anyone, type Route, type RouteRequest, route } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { createLinkCache } from '../tracking/link-cache.ts'
import { honeypotPage, laterPage, missingPage, pageHeaders } from '../tracking/pages.ts'
import type { TrackingToken } from '../tracking/token.ts'
import { decodeToken, honeypotLinkId } from '../tracking/tokens.ts'

const params = z.object({ token: z.string().max(200) })
const Page = z.string().meta({ contentType: 'text/html' })
/** Mail proxies ask for thousands of people from one address. */
const callsPerMinute = 1_000_000

/** The smallest transparent GIF. */
const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const pixelHeaders = {
  'content-type': 'image/gif',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  // Mail read in a browser is a page of another site, which may not show the picture otherwise.
  'cross-origin-resource-policy': 'cross-origin',
}

export function trackingRoutes(deps: Deps): Route[] {
  const links = createLinkCache(deps)
  return [
    route({
      method: 'GET',
      path: '/c/:token',
      name: 'followLink',
      summary: 'A tracked link of a message: leads on to the address stored when the campaign was prepared',
      access: anyone('people click without signing in; the token is signed'),
      callsPerMinute,
      params,
      replies: { 200: Page, 302: z.string(), 404: Page },
      handler: async (request) => {
        const token = decodeToken(deps.keys, 'click', request.params.token)
        if (token?.linkId === undefined) return { status: 404, headers: pageHeaders, body: missingPage }
        if (token.linkId === honeypotLinkId) {
          noteHit(deps, request, 'click', token, null)
          return { status: 200, headers: pageHeaders, body: honeypotPage }
        }
        const url = await links.find(token.tenantId, token.linkId).catch((error) => {
          request.log.warn({ err: error }, 'a tracked link could not be looked up')
          return 'unavailable' as const
        })
        if (url === undefined) return { status: 404, headers: pageHeaders, body: missingPage }
        if (url === 'unavailable') return { status: 200, headers: { ...pageHeaders, refresh: '3' }, body: laterPage }
        noteHit(deps, request, 'click', token, url)
        return { status: 302, headers: { ...pageHeaders, location: new URL(url).href }, body: '' }
      },
    }),
    route({
      method: 'GET',
      path: '/o/:token',
      name: 'loadPixel',
      summary: 'The open pixel of a message: the same picture whatever the token',
      access: anyone('mail programs load pictures without signing in; the token is signed'),
      callsPerMinute,
      params,
      replies: { 200: z.any().meta({ contentType: 'image/gif' }) },
      handler: async (request) => {
        const token = decodeToken(deps.keys, 'open', request.params.token.replace(/\.gif$/, ''))
        if (token) noteHit(deps, request, 'open', token, null)
        return { status: 200, headers: pixelHeaders, body: pixel }
      },
    }),
  ]
}

function noteHit(
  { hits, keys, ids, clock }: Pick<Deps, 'hits' | 'keys' | 'ids' | 'clock'>,
  { method, userAgent, headers, address }: Pick<RouteRequest, 'method' | 'userAgent' | 'headers' | 'address'>,
  kind: 'open' | 'click',
  { tenantId, deliveryId, linkId }: TrackingToken,
  url: string | null,
): void {
  const purposes = [headers.purpose, headers['sec-purpose'], headers['x-moz']].filter((value) => value !== undefined)
  const addressHash = Buffer.from(keys.sign('delivery.address', Buffer.from(address))).toString('hex')
  hits.add({
    id: ids.next(),
    tenantId,
    deliveryId,
    kind,
    linkId: linkId ?? null,
    url,
    method,
    userAgent,
    purposes,
    addressHash,
    at: clock.now(),
  })
}

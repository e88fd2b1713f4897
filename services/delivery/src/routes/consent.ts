import { finished } from 'node:stream/promises'
import { anyone, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { findPreferences, savePreferences, unsubscribe } from '../tracking/consent.ts'
import {
  missingPage,
  type PageLook,
  pageHeaders,
  pageHeadersFor,
  preferencesPage,
  savedPage,
  testPage,
  unsubscribedPage,
  unsubscribePage,
} from '../tracking/pages.ts'
import type { TrackingToken } from '../tracking/token.ts'
import { decodeToken, testDeliveryId } from '../tracking/tokens.ts'

const params = z.object({ token: z.string().max(200) })
const replies = {
  200: z.string().meta({ contentType: 'text/html' }),
  404: z.string().meta({ contentType: 'text/html' }),
}
const access = anyone('people leave without signing in; the token is signed')
const callsPerMinute = 100_000

const missing = { status: 404, headers: pageHeaders, body: missingPage } as const

/** A page in the look of the workspace. It is shown plainly rather than not at all when the look cannot be had. */
async function show({ identity, log }: Deps, { tenantId }: TrackingToken, page: (look?: PageLook) => string) {
  const look = await identity.brandOf({ tenantId }).catch((error: unknown) => {
    log.warn({ err: error, tenantId }, 'a page was shown without the look of its workspace')
    return undefined
  })
  return { status: 200, headers: look === undefined ? pageHeaders : pageHeadersFor(look), body: page(look) } as const
}

export function consentRoutes(deps: Deps): Route[] {
  return [...unsubscribeRoutes(deps), ...preferenceRoutes(deps)]
}

function unsubscribeRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/u/:token',
      name: 'showUnsubscribe',
      summary: 'Asks whether to unsubscribe; changes nothing, since scanners follow links',
      access,
      callsPerMinute,
      params,
      replies,
      handler: async ({ params: { token } }) => {
        const said = decodeToken(deps.keys, 'unsubscribe', token)
        if (said === undefined) return missing
        return show(deps, said, said.deliveryId === testDeliveryId ? testPage : unsubscribePage)
      },
    }),
    route({
      method: 'POST',
      path: '/u/:token',
      name: 'unsubscribe',
      summary: 'Unsubscribes at once (RFC 8058); what the form holds does not matter',
      access,
      callsPerMinute,
      params,
      upload: { contentTypes: ['application/x-www-form-urlencoded', 'multipart/form-data'], maxBytes: 65_536 },
      replies,
      handler: async ({ params: { token }, stream }) => {
        await finished(stream.resume())
        const said = decodeToken(deps.keys, 'unsubscribe', token)
        if (said === undefined) return missing
        if (said.deliveryId === testDeliveryId) return show(deps, said, testPage)
        return (await unsubscribe(deps, said)) === 'saved' ? show(deps, said, unsubscribedPage) : missing
      },
    }),
  ]
}

const Choice = z.object({
  subscribed: z.string().optional(),
  list: z
    .union([z.uuid(), z.array(z.uuid()).max(1_000)])
    .transform((value) => [value].flat())
    .default([]),
})

function preferenceRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/p/:token',
      name: 'showPreferences',
      summary: 'What a person chose to get',
      access,
      callsPerMinute,
      params,
      replies,
      handler: async ({ params: { token } }) => {
        const said = decodeToken(deps.keys, 'preferences', token)
        if (said === undefined) return missing
        if (said.deliveryId === testDeliveryId) return show(deps, said, testPage)
        const preferences = await findPreferences(deps, said)
        return preferences === undefined ? missing : show(deps, said, (look) => preferencesPage(preferences, look))
      },
    }),
    route({
      method: 'POST',
      path: '/p/:token',
      name: 'savePreferences',
      summary: 'Keeps what a person chose to get',
      access: anyone(access.why, { forms: true }),
      callsPerMinute,
      params,
      body: Choice.optional(),
      replies,
      handler: async ({ params: { token }, body }) => {
        const said = decodeToken(deps.keys, 'preferences', token)
        if (said === undefined) return missing
        if (said.deliveryId === testDeliveryId) return show(deps, said, testPage)
        const choice = { subscribed: body?.subscribed !== undefined, listIds: body?.list ?? [] }
        return (await savePreferences(deps, said, choice)) === 'saved' ? show(deps, said, savedPage) : missing
      },
    }),
  ]
}

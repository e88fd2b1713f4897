import { finished } from 'node:stream/promises'
import { anyone, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { findPreferences, savePreferences, unsubscribe } from '../tracking/consent.ts'
import {
  missingPage,
  pageHeaders,
  preferencesPage,
  savedPage,
  testPage,
  unsubscribedPage,
  unsubscribePage,
} from '../tracking/pages.ts'
import { decodeToken, testDeliveryId } from '../tracking/tokens.ts'

const params = z.object({ token: z.string().max(200) })
const replies = {
  200: z.string().meta({ contentType: 'text/html' }),
  404: z.string().meta({ contentType: 'text/html' }),
}
const access = anyone('people leave without signing in; the token is signed')
const callsPerMinute = 100_000

const ok = (body: string) => ({ status: 200, headers: pageHeaders, body }) as const
const missing = { status: 404, headers: pageHeaders, body: missingPage } as const

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
        return ok(said.deliveryId === testDeliveryId ? testPage : unsubscribePage)
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
        if (said.deliveryId === testDeliveryId) return ok(testPage)
        return (await unsubscribe(deps, said)) === 'saved' ? ok(unsubscribedPage) : missing
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
        if (said.deliveryId === testDeliveryId) return ok(testPage)
        const preferences = await findPreferences(deps, said)
        return preferences === undefined ? missing : ok(preferencesPage(preferences))
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
        if (said.deliveryId === testDeliveryId) return ok(testPage)
        const choice = { subscribed: body?.subscribed !== undefined, listIds: body?.list ?? [] }
        return (await savePreferences(deps, said, choice)) === 'saved' ? ok(savedPage) : missing
      },
    }),
  ]
}

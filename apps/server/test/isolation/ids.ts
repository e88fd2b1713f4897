import { randomUUID } from 'node:crypto'
import type { Route } from '@fanfare/kernel'
import type { Reply } from '../house.ts'
import type { Belongings } from './belongings.ts'
import type { Principal } from './cast.ts'
import { refusalOf } from './expectation.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { type Place, placesOfIds } from './places.ts'
import { sampleOf } from './samples.ts'
import {
  type Attempt,
  attemptOn,
  contentOf,
  evened,
  find,
  isId,
  neededQuery,
  paramsOf,
  pathOf,
  type Trial,
  tryCell,
  writtenBody,
} from './trial.ts'

/** Places whose id is that of a thing with another name: everywhere, or in one route. */
const otherNames: Readonly<Record<string, string>> = {
  fallbackSenderId: 'senderId',
  'addToList.contactId': 'looseContactId',
  'createSegment.campaignId': 'sentCampaignId',
  'countSegment.campaignId': 'sentCampaignId',
  'listFeedback.campaignId': 'sentCampaignId',
  'listFeedback.contactId': 'bouncedContactId',
  'resolveDeliveries.campaignId': 'sentCampaignId',
  'resolveDeliveries.id': 'deliveryId',
  'summariseFeedback.campaignId': 'sentCampaignId',
  'testSend.campaignId': 'sentCampaignId',
  'testSend.variantId': 'sentVariantId',
}
/** Not ids of ours: what another system calls its things. */
const notOurs = new Set([
  ...['accessKeyId', 'clientId', 'contentId', 'rawId', 'workspace'],
  ...['addPasskey.id', 'proveIdentity.id', 'recordEvents.id'],
])

/** Places where one's own id and nobody's get the same reply, each with the reason. The owner's must get that, too. */
const alike = new Map([
  ['testSend.contactId', 'whose values are merged shows in the message; the strangers’ rows are searched in the end'],
  ['createSegment.rules.conditions.campaignId', 'a rule is kept as it is written; countSegment shows whom it finds'],
  ['createSegment.rules.groups.conditions.campaignId', 'as above'],
  ['updateSegment.rules.conditions.campaignId', 'as above'],
  ['updateSegment.rules.groups.conditions.campaignId', 'as above'],
  [
    'resolveDeliveries.deliveries.ids',
    'only an unknown outcome is resolved; services/delivery/test/resolve.test.ts has one',
  ],
])

/** Whether all ids in the path of a route have a thing of the owner's to stand for. */
export function missingThings(route: Route, { ids }: Trial): string[] {
  const inValues = placesOf(route).map(({ id }) => id)
  return [...paramsOf(route), ...inValues].filter((name) => ids[name] === undefined)
}

/** The owner's id in each place of the path: as if there were no such thing. */
export async function tryPathIds(trial: Trial, route: Route): Promise<void> {
  for (const name of paramsOf(route)) {
    // A name that people choose is in a workspace of its own accord.
    if (!isId(trial.ids[name])) {
      await Promise.all(permitted(trial, route).map((principal) => tryName(trial, route, principal)))
      continue
    }
    const nobodys = randomUUID()
    const foreign = attemptOn(route, { ...trial.own, [name]: trial.ids[name] as string }, trial.own)
    const missing = attemptOn(route, { ...trial.own, [name]: nobodys }, trial.own)
    await Promise.all(
      callersOf(trial, route).map(async (principal) => {
        const reply = await tryCell(trial, route, principal.call(), foreign)
        const refusal = refusalOf(route.access, principal)
        if (refusal !== undefined) {
          if (reply.body?.code !== refusal) find(trial, route, `${principal.name} gets ${reply.status}, not ${refusal}`)
          return
        }
        const other = await tryCell(trial, route, principal.call(), missing)
        compare(trial, route, `in the path as ${name}, by ${principal.name}`, {
          foreign: evened(reply, trial.ids[name] as string),
          missing: evened(other, nobodys),
        })
        if (!saysMissing(route, other)) {
          find(trial, route, `answers ${other.status} for a ${name} that nobody has: ${other.text.slice(0, 200)}`)
        }
      }),
    )
  }
}

async function tryName(trial: Trial, route: Route, principal: Principal): Promise<void> {
  await tryCell(
    trial,
    route,
    principal.call(),
    attemptOn(route, { ...trial.own, name: trial.ids.name as string }, trial.own),
  )
}

/** The owner's id in each place of the body and of the query: as if there were no such thing. */
export async function tryValueIds(all: Trial, route: Route): Promise<void> {
  const trial = { ...all, own: standIns(route, all.own), ids: standIns(route, all.ids) }
  if (permitted(trial, route).length === 0) return
  for (const place of placesOf(route)) {
    const isRead =
      (await tryPlace(trial, route, place, { sparse: false })) ||
      (await tryPlace(trial, route, place, { sparse: true }))
    if (!isRead && !alike.has(`${route.name}.${place.shown}`)) {
      find(trial, route, `has no case for ${place.shown}: one's own id and nobody's get the same reply`)
    }
  }
}

/**
 * Compares the replies for an id that nobody has and for the owner's, for everybody who is let in. Returns whether the reply
 * depends on the id at all, which one's own id shows: last, for it may change what the others are asked of.
 */
async function tryPlace(trial: Trial, route: Route, place: ValuePlace, { sparse }: { sparse: boolean }) {
  const nobodys = randomUUID()
  const attempt = (id: string) => attemptAt(trial, route, place, { id, sparse })
  const said = new Set<string>()
  for (const principal of permitted(trial, route)) {
    const missing = await askWith(trial, route, principal, { id: nobodys, attempt })
    const foreign = await askWith(trial, route, principal, { id: trial.ids[place.id] as string, attempt })
    compare(trial, route, `in ${place.part} as ${place.shown}, by ${principal.name}`, { foreign, missing })
    said.add(missing)
  }
  const first = permitted(trial, route)[0] as Principal
  return !said.has(await askWith(trial, route, first, { id: trial.own[place.id] as string, attempt }))
}

async function askWith(
  trial: Trial,
  route: Route,
  principal: Principal,
  { id, attempt }: { id: string; attempt: (id: string) => Attempt },
): Promise<string> {
  return evened(await tryCell(trial, route, principal.call(), attempt(id)), id)
}

function attemptAt(trial: Trial, route: Route, place: ValuePlace, wish: { id: string; sparse: boolean }): Attempt {
  const base = pathOf(route, trial.own)
  const wished = { place, value: wish.id, sparse: wish.sparse }
  if (place.part === 'the body') {
    const written = writtenBody(route)
    const body = written ? { ...written, [place.shown]: wish.id } : sampleOf(route.body as never, trial.own, wished)
    return { path: base + neededQuery(route, trial.own), body }
  }
  const fields = sampleOf(route.query as never, trial.own, { ...wished, sparse: true }) as Record<string, string>
  return { path: `${base}?${new URLSearchParams(fields)}`, ...contentOf(route, trial.own) }
}

interface ValuePlace extends Place {
  readonly part: 'the body' | 'the query'
}

function placesOf(route: Route): ValuePlace[] {
  const inBody = route.body ? placesOfIds(jsonSchemaOf(route.body)) : []
  const inQuery = route.query ? placesOfIds(jsonSchemaOf(route.query)) : []
  return [
    ...inBody.map((place) => ({ ...place, part: 'the body' as const })),
    ...inQuery.map((place) => ({ ...place, part: 'the query' as const })),
  ]
    .filter(({ id }) => !notOurs.has(id) && !notOurs.has(`${route.name}.${id}`))
    .map((place) => ({ ...place, id: nameIn(route, place.id) }))
}

function nameIn(route: Route, id: string): string {
  return otherNames[id] ?? otherNames[`${route.name}.${id}`] ?? id
}

/** Ids as a route is to have them: a thing that fits it better stands in for the usual one. */
function standIns(route: Route, ids: Belongings): Belongings {
  const named = Object.keys(ids).map((name) => [name, ids[nameIn(route, name)] ?? ids[name]])
  return Object.fromEntries(named)
}

function callersOf({ strangers }: Trial, { access }: Route): readonly Principal[] {
  return access.kind === 'anyone' ? [] : strangers
}

function permitted(trial: Trial, route: Route): readonly Principal[] {
  return callersOf(trial, route).filter((principal) => refusalOf(route.access, principal) === undefined)
}

function compare(
  trial: Trial,
  route: Route,
  where: string,
  { foreign, missing }: { foreign: string; missing: string },
) {
  if (foreign === missing) return
  find(
    trial,
    route,
    `tells the owner's id ${where}: "${foreign.slice(0, 200)}" but "${missing.slice(0, 200)}" for nobody's`,
  )
}

/** A list that belongs to a thing may also be empty. */
function saysMissing(route: Route, reply: Reply): boolean {
  return reply.status === 404 || (route.method === 'GET' && reply.status === 200 && reply.body?.rows?.length === 0)
}

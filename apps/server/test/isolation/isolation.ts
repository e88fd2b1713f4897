import { type AnyService, Http, type Route } from '@fanfare/kernel'
import { openHouse } from '../house.ts'
import { tryBackground } from './background.ts'
import { makeBelongings, makePersonalThings, settle } from './belongings.ts'
import { castOf } from './cast.ts'
import { ownersCursors, tryCursors, tryOrder } from './cursors.ts'
import { tryForeignWorkspace, tryOwnDoor } from './doors.ts'
import { missingThings, tryPathIds, tryValueIds } from './ids.ts'
import { tryLines } from './lines.ts'
import { tryRepeat } from './repeats.ts'
import { changedTables, checksum, find, type Trial, tablesHolding } from './trial.ts'

export interface IsolationReport {
  readonly routes: number
  /** Routes that every role has tried, with ids of its own, the owner's and nobody's in every place that takes one. */
  readonly covered: number
  /** Requests, topics, jobs and events that were tried. */
  readonly cells: number
  readonly leaks: number
  /** What went wrong, one sentence each; a route without a case is among them. */
  readonly findings: readonly string[]
}

export interface Scope {
  readonly more?: readonly AnyService[]
  readonly only?: string
}

/** Routes that need no credential, each looked at by hand. A new one must be added here with its eyes open. */
const publicRoutes = new Set([
  'getLivez',
  'getReadyz',
  'getHealth',
  'getMetrics',
  'getOpenApiDocument',
  'getSetup',
  'completeSetup',
  'signIn',
  'openInvitation',
  'signUpInvited',
  'getSignInOptions',
  'startExternalSignIn',
  'finishExternalSignIn',
  'getSignUpOffer',
  'askSignUp',
  'finishSignUp',
  'askPasswordReset',
  'finishPasswordReset',
  'lookAtLink',
  'finishEmailVerification',
  'finishEmailChange',
  'undoEmailChange',
  'beginPasskeySignIn',
  'signInWithPasskey',
  'issueTokens',
  'refreshTokens',
  'revokeTokens',
  'getSigningKeys',
  'followLink',
  'loadPixel',
  'showUnsubscribe',
  'unsubscribe',
  'showPreferences',
  'savePreferences',
  'proveInstallation',
  'takeProviderEvents',
  'getAppearance',
  'getPicture',
  'proveSite',
])

/**
 * Tries every route of the product as everybody there can be, in their own workspace and in the owner's, with the owner's ids
 * in every place that takes one: each must answer as the table of permissions says and as for a thing that is not there, show
 * nothing of the owner's, and change nothing. `more` are services besides the product's; with `only`, the routes of no other
 * service are tried.
 */
export async function runIsolation({ more = [], only }: Scope = {}): Promise<IsolationReport> {
  await using house = await openHouse(more)
  const trial = await setTheScene(house)
  const { owner, home, ids } = trial
  const before = await checksum(house, owner.tenantId)

  const routes = house.app
    .get(Http)
    .routes()
    .filter(({ service }) => only === undefined || service === only)
  const cursors = await ownersCursors(trial, routes)
  let uncovered = 0
  for (const route of routes) {
    const reasons = reasonsAgainst(route, trial)
    for (const reason of reasons) find(trial, route, `has no case: ${reason}`)
    if (reasons.length > 0) uncovered += 1
    else await tryRoute(trial, route, cursors)
  }
  await settle(house)
  for (const table of changedTables(before, await checksum(house, owner.tenantId))) {
    trial.findings.push(`the owner's rows changed in ${table}`)
  }
  for (const table of await tablesHolding(house, home.tenantId, ids)) {
    trial.findings.push(`a stranger's rows in ${table} hold an id or a text of the owner's`)
  }
  if (only === undefined) {
    await tryLines(trial)
    await tryBackground(trial)
  }
  const noCase = trial.findings.filter((sentence) => / has no case/.test(sentence)).length

  const {
    findings,
    tally: { cells },
  } = trial
  return { routes: routes.length, covered: routes.length - uncovered, cells, leaks: findings.length - noCase, findings }
}

async function setTheScene(house: Trial['house']): Promise<Trial> {
  const owner = await house.openWorkspace('Owner')
  const home = await house.openWorkspace('Stranger')
  const playground = await house.openWorkspace('Playground')
  return {
    house,
    owner,
    ids: { ...(await makeTwice(house, owner)), ...(await makePersonalThings(house, owner)) },
    home,
    own: { ...(await makeBelongings(house, home, 'other')), ...(await makePersonalThings(house, home)) },
    strangers: await castOf(house, home),
    playground: await castOf(house, playground),
    tally: { cells: 0 },
    findings: [],
  }
}

/** Twice, so that lists go on to a second page. */
async function makeTwice(house: Trial['house'], owner: Trial['owner']) {
  const ids = await makeBelongings(house, owner)
  await makeBelongings(house, owner, 'privatetwo')
  return ids
}

/** Why a route cannot be tried yet. */
function reasonsAgainst(route: Route, trial: Trial): string[] {
  if (route.access.kind !== 'anyone') {
    return missingThings(route, trial).map((name) => `add a thing with the id ${name} to belongings.ts`)
  }
  return publicRoutes.has(route.name) ? [] : ['it needs no credential; add it to publicRoutes with its eyes open']
}

async function tryRoute(trial: Trial, route: Route, cursors: readonly string[]): Promise<void> {
  await tryOwnDoor(trial, route)
  await tryForeignWorkspace(trial, route)
  await tryPathIds(trial, route)
  await tryValueIds(trial, route)
  await tryRepeat(trial, route)
  await tryCursors(trial, route, cursors)
  tryOrder(trial, route)
}

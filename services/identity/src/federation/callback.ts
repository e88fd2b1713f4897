import { isProblem, type Logger } from '@fanfare/kernel'
import { problem } from '../errors.ts'
import type { Client, OpenedSession } from '../sessions/open-session.ts'
import type { FederationDeps } from './deps.ts'
import { enterBySso, enterByVendor } from './enter.ts'
import { type Arrival, arrive, cookieName } from './flows.ts'
import { linkToAccount } from './link-account.ts'
import { getParty, type PartyRef, refOfPath } from './parties.ts'
import { readProfile } from './relying-party.ts'

/** What a provider sends the browser back with. */
export interface Answer {
  readonly state?: string | undefined
  readonly code?: string | undefined
  readonly iss?: string | undefined
  readonly error?: string | undefined
}

export interface Callback {
  /** The part of the path that says which provider this address is for. */
  readonly provider: string
  readonly answer: Answer
  readonly cookies: Readonly<Record<string, string | undefined>>
  /** Whose session the request came with. */
  readonly caller: { readonly userId: string; readonly sessionId: string } | undefined
  readonly client: Client
  readonly replaced: string | undefined
  readonly log: Logger
}

/** Where the browser goes from the callback, and with what. */
export interface Landing {
  readonly path: string
  readonly opened?: OpenedSession
  /** The cookie of the journey, once that is over. */
  readonly spentCookie: string | undefined
}

/**
 * Ends a journey. Never throws for what a provider or a stranger sent: the browser goes to a page of ours that says what went
 * wrong by its code, and the log has the rest.
 */
export async function land(deps: FederationDeps, callback: Callback): Promise<Landing> {
  const { state } = callback.answer
  let arrival: Arrival | undefined
  try {
    const ref = refOfPath(callback.provider)
    if (ref === undefined || state === undefined) throw problem('federation_stale')
    arrival = await arrive(deps, { ref, state, cookies: callback.cookies })
    const opened = await finish(deps, ref, { ...callback, arrival })
    return { path: arrival.returnTo, spentCookie: cookieName(state), ...(opened === undefined ? {} : { opened }) }
  } catch (error) {
    if (!isProblem(error)) throw error
    callback.log.warn({ code: error.code, reason: error.message, provider: callback.provider }, 'a sign-in was refused')
    const spentCookie = arrival === undefined ? undefined : cookieName(arrival.journey.state)
    return { path: failurePath(arrival, error.code), spentCookie }
  }
}

async function finish(
  deps: FederationDeps,
  ref: PartyRef,
  { arrival, answer, caller, client, replaced }: Callback & { arrival: Arrival },
): Promise<OpenedSession | undefined> {
  const { purpose, journey } = arrival
  const isSameSession =
    purpose.kind === 'link' && caller?.userId === purpose.accountId && caller.sessionId === purpose.sessionId
  if (purpose.kind === 'link' && !isSameSession) throw problem('federation_stale')
  const party = await getParty(deps, ref)
  const given = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const profile = await readProfile(deps, party, journey, new URLSearchParams(given))
  if (purpose.kind === 'link') {
    await linkToAccount(deps, ref, { accountId: purpose.accountId, profile })
    return undefined
  }
  const entry = { profile, client, replaced }
  return ref.kind === 'sso' ? enterBySso(deps, ref.tenantId, entry) : enterByVendor(deps, party.key, entry)
}

function failurePath(arrival: Arrival | undefined, code: string): string {
  if (arrival?.purpose.kind !== 'link') {
    const next =
      arrival === undefined || arrival.returnTo === '/' ? '' : `&next=${encodeURIComponent(arrival.returnTo)}`
    return `/sign-in?failed=${code}${next}`
  }
  const path = new URL(arrival.returnTo, 'http://own.invalid')
  path.searchParams.set('failed', code)
  return path.pathname + path.search
}

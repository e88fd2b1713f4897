import { problem } from '../errors.ts'
import { insertFlow, takeFlow as takeFlowRow } from '../store/external-accounts.ts'
import { hashToken, newToken } from '../tokens.ts'
import type { FederationDeps } from './deps.ts'
import { getParty, keyOf, type PartyRef } from './parties.ts'
import { authorizationUrl, type Journey } from './relying-party.ts'

/** What a journey to a provider is for. */
export type Purpose =
  | { readonly kind: 'sign_in' }
  | { readonly kind: 'link'; readonly accountId: string; readonly sessionId: string }

export interface Departure {
  /** Where the browser goes now. */
  readonly url: string
  /** Known to this browser alone; without it nobody comes back. */
  readonly cookie: { readonly name: string; readonly value: string; readonly maxAgeSeconds: number }
}

/** A journey that has come back, once, in the browser it left from. */
export interface Arrival {
  readonly journey: Journey
  readonly purpose: Purpose
  readonly returnTo: string
}

const flowSeconds = 600

/** Problems: `identity.federation_off`, `identity.federation_unreachable`, `identity.federation_refused`. */
export async function depart(
  deps: FederationDeps,
  { ref, purpose, returnTo }: { ref: PartyRef; purpose: Purpose; returnTo: unknown },
): Promise<Departure> {
  const party = await getParty(deps, ref)
  const journey = { state: newToken(), nonce: newToken(), verifier: newToken() }
  const url = await authorizationUrl(deps, party, journey)
  const browser = newToken()
  const now = deps.clock.now()
  const stateHash = hashToken(journey.state)
  await deps.db.transaction((trx) =>
    insertFlow(
      trx,
      {
        state_hash: stateHash,
        browser_hash: hashToken(browser),
        provider: keyOf(ref),
        sealed: deps.keys.seal(
          JSON.stringify({ nonce: journey.nonce, verifier: journey.verifier }),
          contextOf(stateHash),
        ),
        purpose: purpose.kind,
        account_id: purpose.kind === 'link' ? purpose.accountId : null,
        session_id: purpose.kind === 'link' ? purpose.sessionId : null,
        return_to: ownPath(returnTo),
        expires_at: new Date(now.getTime() + flowSeconds * 1_000),
      },
      now,
    ),
  )
  return { url: url.href, cookie: { name: cookieName(journey.state), value: browser, maxAgeSeconds: flowSeconds } }
}

/** Uses the flow up. Problem `identity.federation_stale` for another browser, another provider, a second time or too late. */
export async function arrive(
  deps: Pick<FederationDeps, 'db' | 'clock' | 'keys'>,
  { ref, state, cookies }: { ref: PartyRef; state: string; cookies: Readonly<Record<string, string | undefined>> },
): Promise<Arrival> {
  const browser = cookies[cookieName(state)]
  if (browser === undefined) throw problem('federation_stale')
  const stateHash = hashToken(state)
  const wanted = { state_hash: stateHash, browser_hash: hashToken(browser), provider: keyOf(ref) }
  const row = await deps.db.transaction((trx) => takeFlowRow(trx, wanted, deps.clock.now()))
  if (row === undefined) throw problem('federation_stale')
  const { nonce, verifier } = JSON.parse(deps.keys.open(row.sealed, contextOf(stateHash)))
  return {
    journey: { state, nonce, verifier },
    purpose:
      row.purpose === 'link' && row.account_id !== null && row.session_id !== null
        ? { kind: 'link', accountId: row.account_id, sessionId: row.session_id }
        : { kind: 'sign_in' },
    returnTo: row.return_to,
  }
}

/** One a journey, so that two tabs do not disturb each other. */
export function cookieName(state: string): string {
  return `fanfare_flow_${hashToken(state).slice(0, 12)}`
}

/** One of our own paths, never another site: also not `//other.example`, in any of its spellings. */
export function ownPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/') || wanted.length > 2_000) return '/'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a URL parser drops tabs and line ends
  if (/[\\\u0000-\u001f\u007f]/.test(wanted) || !URL.canParse(wanted, 'http://own.invalid')) return '/'
  const url = new URL(wanted, 'http://own.invalid')
  const isOwn = url.origin === 'http://own.invalid' && !url.pathname.startsWith('//')
  return isOwn ? url.pathname + url.search + url.hash : '/'
}

function contextOf(stateHash: string): string {
  return `identity.sign_in_flow/sealed/${stateHash}`
}

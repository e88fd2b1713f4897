import type { PasskeyAssertion, PasskeyRegistration } from '../contract/factors.ts'
import { problem } from '../errors.ts'
import { type Client, type OpenedSession, openSession } from '../sessions/open-session.ts'
import { getAccount } from '../store/accounts.ts'
import { findPasskey, insertFactor, listConfirmedFactors, takeCounter } from '../store/factors.ts'
import { consumeChallenge, putChallenge } from '../store/passkey-challenges.ts'
import type { Row, Trx } from '../store/schema.ts'
import type { ChallengePurpose } from '../store/tables/factors.ts'
import { newBytes } from '../tokens.ts'
import { addFactor, type NewlyAdded } from './add-factor.ts'
import type { FactorDeps } from './deps.ts'
import { newFactorRow } from './factor-row.ts'
import type { Actor } from './factors.ts'
import {
  assertionOptions,
  ceremonyMs,
  challengeIn,
  type PasskeyHome,
  registrationOptions,
  type StoredPasskey,
  verifyAssertion,
  verifyRegistration,
} from './passkey-ceremony.ts'

/** What the browser is asked to make. */
export async function beginPasskey(deps: FactorDeps, { accountId, sessionId }: Actor) {
  const home = homeOf(deps)
  const challenge = await newChallenge(deps, 'registration', sessionId)
  const [account, known] = await deps.db.transaction(async (trx) => [
    await getAccount(trx, accountId),
    await passkeysOf(trx, accountId),
  ])
  const product = await deps.productName()
  return registrationOptions(home, { challenge, product, account, known })
}

/** Adds the passkey that the browser made. It is the caller's, whatever else the answer says. */
export async function addPasskey(
  deps: FactorDeps,
  actor: Actor,
  { name, credential }: { name: string; credential: PasskeyRegistration },
): Promise<{ added: NewlyAdded; opened: OpenedSession }> {
  const home = homeOf(deps)
  const challenge = await answeredChallenge(deps, credential, { purpose: 'registration', sessionId: actor.sessionId })
  const made = await verifyRegistration(home, challenge, credential)
  if (made === undefined) throw problem('passkey_refused')
  const now = deps.clock.now()
  const row: Row<'identity.factor'> = {
    ...newFactorRow({ id: deps.ids.next(), accountId: actor.accountId, kind: 'passkey', name, now }),
    credential_id: made.id,
    public_key: made.publicKey,
    counter: made.counter,
    transports: [...made.transports],
    confirmed_at: now,
  }
  const add = async (trx: Trx) => ((await insertFactor(trx, row)) ? row : undefined)
  const done = await addFactor(deps, actor, 'passkey', add)
  if (done === undefined) throw problem('passkey_refused')
  return done
}

/** Which passkeys may answer in the sign-in: whichever the browser finds. Nothing in it says who has an account. */
export async function passkeySignInOptions(deps: FactorDeps) {
  return assertionOptions(homeOf(deps), { challenge: await newChallenge(deps, 'sign_in', undefined), known: [] })
}

/** Signs in with a passkey alone: it is two factors, something one has and the PIN, finger or face that unlocks it. */
export async function signInWithPasskey(
  deps: FactorDeps,
  credential: PasskeyAssertion,
  from: { client: Client; replaced: string | undefined },
): Promise<{ accountId: string; opened: OpenedSession }> {
  const { passkey, counter } = await judge(deps, credential, { purpose: 'sign_in', sessionId: undefined })
  return deps.db.transaction(async (trx) => {
    if (!(await takeCounter(trx, passkey, counter, deps.clock.now()))) throw problem('passkey_refused')
    const accountId = passkey.account_id
    return { accountId, opened: await openSession(deps, trx, { ...from, accountId, methods: ['passkey'] }) }
  })
}

/** Which of the person's passkeys may prove that it is them. */
export async function passkeyProofOptions(deps: FactorDeps, { accountId, sessionId }: Actor) {
  const home = homeOf(deps)
  const known = await deps.db.transaction((trx) => passkeysOf(trx, accountId))
  return assertionOptions(home, { challenge: await newChallenge(deps, 'proof', sessionId), known })
}

/** Whether it is a passkey of this person that answers what this session was asked. */
export async function takePasskey(
  deps: FactorDeps,
  { accountId, sessionId }: Actor,
  credential: PasskeyAssertion,
): Promise<boolean> {
  const { passkey, counter } = await judge(deps, credential, { purpose: 'proof', sessionId })
  if (passkey.account_id !== accountId) return false
  return deps.db.transaction((trx) => takeCounter(trx, passkey, counter, deps.clock.now()))
}

interface Asked {
  purpose: ChallengePurpose
  sessionId: string | undefined
}

async function judge(deps: FactorDeps, credential: PasskeyAssertion, asked: Asked) {
  const home = homeOf(deps)
  const challenge = await answeredChallenge(deps, credential, asked)
  const passkey = await deps.db.transaction((trx) => findPasskey(trx, credential.id))
  if (passkey === undefined || !isOwner(passkey, credential)) throw problem('passkey_refused')
  const counter = await verifyAssertion(home, challenge, credential, storedOf(passkey))
  if (counter === undefined) throw problem('passkey_refused')
  return { passkey, counter }
}

/** A passkey that is found without a name says whose it is; it has to be right (WebAuthn level 3 §7.2 step 6). */
function isOwner(passkey: Row<'identity.factor'>, { response }: PasskeyAssertion): boolean {
  if (response.userHandle === undefined) return true
  return Buffer.from(response.userHandle, 'base64url').toString('utf8') === passkey.account_id
}

async function newChallenge(deps: FactorDeps, purpose: ChallengePurpose, sessionId: string | undefined) {
  const challenge = newBytes(32)
  const now = deps.clock.now()
  await deps.db.transaction((trx) =>
    putChallenge(
      trx,
      {
        challenge: Buffer.from(challenge).toString('base64url'),
        purpose,
        session_id: sessionId ?? null,
        expires_at: new Date(now.getTime() + ceremonyMs),
      },
      now,
    ),
  )
  return challenge
}

/** The challenge of an answer, which is used up with the first answer to it, right or wrong. */
async function answeredChallenge(
  deps: FactorDeps,
  { response }: { response: { clientDataJSON: string } },
  asked: Asked,
): Promise<string> {
  const challenge = challengeIn(response.clientDataJSON)
  const now = deps.clock.now()
  const isOurs =
    challenge !== undefined && (await deps.db.transaction((trx) => consumeChallenge(trx, challenge, { ...asked, now })))
  if (!isOurs) throw problem('passkey_refused')
  return challenge
}

function homeOf({ passkeyHome }: Pick<FactorDeps, 'passkeyHome'>): PasskeyHome {
  const home = passkeyHome()
  if (home === undefined) throw problem('factor_not_offered', { detail: { kind: 'passkey' } })
  return home
}

async function passkeysOf(trx: Trx, accountId: string): Promise<StoredPasskey[]> {
  const rows = await listConfirmedFactors(trx, accountId)
  return rows.filter(({ kind }) => kind === 'passkey').map(storedOf)
}

function storedOf(row: Row<'identity.factor'>): StoredPasskey {
  return {
    id: row.credential_id ?? '',
    publicKey: row.public_key ?? new Uint8Array(),
    counter: Number(row.counter),
    transports: row.transports,
  }
}

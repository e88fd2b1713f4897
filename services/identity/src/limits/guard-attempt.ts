import { addressKey, isProblem } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import {
  type AttemptBucket,
  countAttempt,
  deleteForgottenAttempts,
  findBlock,
  forgetAttempts,
  isKnownDevice,
  takeAttemptBack,
} from '../store/attempts.ts'
import type { Trx } from '../store/schema.ts'
import { hashToken } from '../tokens.ts'
import { type AttemptScope, policies } from './policies.ts'

type GuardDeps = Pick<Deps, 'db' | 'clock' | 'keys'>

/** A try that could be a guess. */
export interface Attempt {
  /** What is guessed at: failures with a password do not count against codes. */
  readonly kind: 'password' | 'proof' | 'link'
  /** Whose: the address as it was typed, or an account's id. Counted whether there is such an account or not. */
  readonly account?: string | undefined
  /** The client's network address. */
  readonly address: string
  /** The token of the cookie `fanfare_device`, if the browser has one. */
  readonly device?: string | undefined
}

/**
 * Makes a try that could be a guess, unless too many before it failed: of the account, from the network address (an IPv6 one
 * by its /64), and from everywhere. A failure is any refusal that `run` throws. A browser that the account was signed in on
 * before is counted by itself alone, so no stranger can lock its owner out. A success wipes the account's slate, not the
 * address's: signing in to an account of one's own buys no more guesses at others.
 *
 * Not inside a transaction: what was counted has to outlive the failure. Problem: `identity.too_many_tries`.
 */
export async function guardAttempt<T>(deps: GuardDeps, attempt: Attempt, run: () => Promise<T>): Promise<T> {
  const buckets = await deps.db.transaction((trx) => count(deps, trx, attempt))
  const result = await run().catch(async (error: unknown) => {
    // What broke on our side was no guess.
    if (!isRefusal(error)) await deps.db.transaction((trx) => takeBack(trx, buckets))
    throw error
  })
  await deps.db.transaction((trx) => settle(trx, buckets))
  return result
}

/** Wipes an account's slate when its owner has shown who they are in another way, such as by a link in a mail. */
export async function forgiveAttempts(
  { keys }: Pick<Deps, 'keys'>,
  trx: Trx,
  { kind, account }: { kind: Attempt['kind']; account: string },
): Promise<void> {
  await forgetAttempts(trx, `account:${kind}`, subjectOf(keys, account.toLowerCase()))
}

async function count(deps: GuardDeps, trx: Trx, attempt: Attempt): Promise<readonly AttemptBucket[]> {
  const now = deps.clock.now()
  const buckets = await bucketsOf(deps, trx, attempt)
  await deleteForgottenAttempts(trx, now)
  for (const bucket of buckets) {
    if ((await countAttempt(trx, bucket, now)) !== undefined) continue
    const block = await findBlock(trx, bucket.scope, bucket.subject)
    const waitMs = (block?.blocked_until.getTime() ?? 0) - now.getTime()
    throw problem('too_many_tries', { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) })
  }
  return buckets
}

async function takeBack(trx: Trx, buckets: readonly AttemptBucket[]): Promise<void> {
  for (const bucket of buckets) await takeAttemptBack(trx, bucket)
}

async function settle(trx: Trx, buckets: readonly AttemptBucket[]): Promise<void> {
  const isOwn = ({ scope }: AttemptBucket) => scope.startsWith('account:') || scope.startsWith('device:')
  for (const { scope, subject } of buckets.filter(isOwn)) await forgetAttempts(trx, scope, subject)
  await takeBack(
    trx,
    buckets.filter((bucket) => !isOwn(bucket)),
  )
}

/** Always in the same order, so that two attempts do not wait for each other. */
async function bucketsOf({ keys }: GuardDeps, trx: Trx, attempt: Attempt): Promise<readonly AttemptBucket[]> {
  const { kind, address, device } = attempt
  const account = attempt.account?.toLowerCase()
  const bucket = (scope: AttemptScope, what: string) => ({
    scope: scope === 'account' || scope === 'device' ? `${scope}:${kind}` : scope,
    subject: subjectOf(keys, what),
    ...policies[scope],
  })
  if (account !== undefined && device !== undefined && (await isKnownDevice(trx, account, hashToken(device)))) {
    return [bucket('device', device)]
  }
  const own = account === undefined ? [] : [bucket('account', account)]
  return [...own, bucket('address', addressKey(address)), bucket('all', '')]
}

function subjectOf(keys: Pick<Deps['keys'], 'sign'>, what: string): string {
  return Buffer.from(keys.sign('identity.attempt', Buffer.from(what))).toString('base64url')
}

function isRefusal(error: unknown): boolean {
  return isProblem(error) && error.status < 500 && error.kind !== 'limited'
}

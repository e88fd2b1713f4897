import type { Deps } from '../deps.ts'
import * as store from '../store/one-time.ts'
import type { Trx } from '../store/schema.ts'
import { hashToken, newToken } from '../tokens.ts'

/** What a one-time token is good for, and for nothing else. */
export const oneTimePurposes = [
  'sign_up',
  'verify_email',
  'reset_password',
  'change_email',
  'undo_email',
  'invitation',
] as const
export type OneTimePurpose = (typeof oneTimePurposes)[number]

export interface OneTimeWanted {
  readonly purpose: OneTimePurpose
  readonly lifeMs: number
  /** Whose it is: the token ends with the account, and with a change of its address unless `survivesAddress`. */
  readonly account?: { readonly id: string; readonly emailVersion: number }
  readonly survivesAddress?: boolean
  /** The address it goes to, in its normal form: redeeming it proves that address. */
  readonly address?: string
  /** What else it is bound to, such as the id of an invitation. */
  readonly about?: string
}

export interface OneTime {
  readonly accountId: string | undefined
  readonly address: string | undefined
  readonly about: string | undefined
  readonly issuedAt: Date
}

type OneTimeDeps = Pick<Deps, 'clock'>

const sentAgainAfterMs = 60_000

/**
 * Makes a token to be sent in a link. Kept as a hash; one issued before for the same purpose and subject stops working. The
 * subject is the account, or without one the address, together with `about`.
 */
export async function issueOneTime({ clock }: OneTimeDeps, trx: Trx, wanted: OneTimeWanted): Promise<string> {
  const token = newToken()
  const now = clock.now()
  await store.deleteExpiredOneTimeTokens(trx, now)
  await store.putOneTimeToken(trx, {
    purpose: wanted.purpose,
    subject: subjectOf(wanted),
    hash: hashToken(token),
    account_id: wanted.account?.id ?? null,
    email_version: wanted.survivesAddress ? null : (wanted.account?.emailVersion ?? null),
    address: wanted.address ?? null,
    about: wanted.about ?? null,
    created_at: now,
    expires_at: new Date(now.getTime() + wanted.lifeMs),
  })
  return token
}

/** Looks at a token without using it up: for a page that shows what it is about, and before a slow hash. */
export async function findOneTime(
  { clock }: OneTimeDeps,
  trx: Trx,
  given: { purpose: OneTimePurpose; token: string },
): Promise<OneTime | undefined> {
  return toOneTime(await store.findOneTimeToken(trx, wantedOf(clock.now(), given)))
}

/** Uses a token up. Undefined when it is unknown, spent, replaced, too old, or of an address that is no longer the account's. */
export async function redeemOneTime(
  { clock }: OneTimeDeps,
  trx: Trx,
  given: { purpose: OneTimePurpose; token: string },
): Promise<OneTime | undefined> {
  return toOneTime(await store.deleteOneTimeToken(trx, wantedOf(clock.now(), given)))
}

/**
 * Whether a token for the same was sent a moment ago: nobody's mailbox is filled by asking again and again, and the answer to
 * the asker is the same either way.
 */
export async function wasJustSent(
  { clock }: OneTimeDeps,
  trx: Trx,
  wanted: Pick<OneTimeWanted, 'purpose' | 'account' | 'address' | 'about'>,
): Promise<boolean> {
  const since = new Date(clock.now().getTime() - sentAgainAfterMs)
  return store.isOneTimeTokenNewer(trx, { purpose: wanted.purpose, subject: subjectOf(wanted), since })
}

/** Ends what was issued to an account for a purpose, or only the later part of it. */
export async function withdrawOneTime(
  trx: Trx,
  { since = new Date(0), ...of }: { purpose: OneTimePurpose; accountId: string; since?: Date },
): Promise<void> {
  await store.deleteOneTimeTokensOf(trx, { ...of, since })
}

function subjectOf({ account, address, about }: Pick<OneTimeWanted, 'account' | 'address' | 'about'>): string {
  return `${account?.id ?? address ?? ''}/${about ?? ''}`
}

function wantedOf(now: Date, { purpose, token }: { purpose: OneTimePurpose; token: string }) {
  return { purpose, hash: hashToken(token), now }
}

function toOneTime(row: Awaited<ReturnType<typeof store.findOneTimeToken>>): OneTime | undefined {
  if (row === undefined) return undefined
  return {
    accountId: row.account_id ?? undefined,
    address: row.address ?? undefined,
    about: row.about ?? undefined,
    issuedAt: row.created_at,
  }
}

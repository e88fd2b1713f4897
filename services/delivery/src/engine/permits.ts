import type { Trx } from '@fanfare/kernel'
import { type Lane, Pacing } from '../contract.ts'
import { allowanceOf } from '../pacing/warm-up.ts'
import { nextOpening } from '../pacing/window.ts'
import type { Hold } from '../replies/hold.ts'
import { type Bucket, fillBuckets, type HoldRow, listHolds, noteHold, takeTokens } from '../store/rates.ts'
import type { SenderRow } from '../store/senders.ts'
import type { DeliveryTables } from '../store/tables.ts'
import type { BatchInHand } from './claim.ts'
import type { EngineDeps } from './deps.ts'

type T = Trx<DeliveryTables>

/** Leave to send so many messages, paid for in every bucket. */
export interface Permit {
  readonly messages: number
  readonly buckets: readonly Bucket[]
}
/** No leave yet. What it waits for holds the whole sender or only one destination. */
export interface Denial {
  readonly waitMs: number
  readonly scope: 'sender' | 'destination'
  readonly reason: string
}

export interface Request {
  readonly tenantId: string
  readonly sender: SenderRow
  readonly destination: string
  readonly lane: Lane
  readonly wanted: number
}

/** What is taken at once is at least what a quarter of a second lets through, so that claims stay few at any rate. */
const quantumSeconds = 0.25

/**
 * Asks for leave to send. Tokens are taken from the database before the first message leaves, so no restart and no second
 * process sends more than the rate; a crash loses what it had taken, which errs on the slow side.
 */
export async function requestPermit(
  deps: Pick<EngineDeps, 'config' | 'clock'>,
  trx: T,
  request: Request,
): Promise<Permit | Denial> {
  const { tenantId, sender, destination, lane, wanted } = request
  const now = deps.clock.now()
  const pacing = Pacing.parse(sender.pacing)
  const isUrgent = lane === 'transactional'
  if (pacing.window !== null && !isUrgent) {
    const waitMs = nextOpening(pacing.window, now).getTime() - now.getTime()
    if (waitMs > 0) return { waitMs, scope: 'sender', reason: `Waits for the sending hours: ${hoursOf(pacing.window)}` }
  }
  const hold = (await listHolds(trx, tenantId, sender.id)).find((held) => held.destination === destination)
  if (hold?.kind === 'suspended') {
    return { waitMs: hold.until.getTime() - now.getTime(), scope: 'destination', reason: holdText(hold) }
  }
  const limits = limitsOf(deps, request, pacing, now, hold)
  if (limits.length === 0) return { messages: wanted, buckets: [] }
  const filled = await fillBuckets(trx, tenantId, limits)
  let messages = wanted
  let denial: Denial | undefined
  for (const limit of limits) {
    const tokens = filled.get(limit.key) ?? 0
    const least = Math.max(1, Math.min(wanted, Math.floor(limit.perSecond * quantumSeconds)))
    messages = Math.min(messages, Math.floor(tokens))
    if (tokens >= least) continue
    const waitMs = limit.endsAt ? limit.endsAt.getTime() - now.getTime() : ((least - tokens) / limit.perSecond) * 1_000
    if (denial === undefined || waitMs > denial.waitMs) denial = { waitMs: Math.ceil(waitMs), ...limit.denial }
  }
  if (denial !== undefined) return denial
  const buckets = limits.map(({ key, perSecond, capacity }) => ({ key, perSecond, capacity }))
  await takeTokens(trx, tenantId, buckets, messages)
  return { messages, buckets }
}

/** Puts back what was not used of a permit. */
export async function returnUnused(trx: T, tenantId: string, { buckets }: Permit, unused: number): Promise<void> {
  if (buckets.length > 0 && unused > 0) await takeTokens(trx, tenantId, buckets, -unused)
}

/** Keeps what a destination asked of a sender, for all processes: `slowed` begins without a message to spare. */
export async function holdDestination(
  { config }: Pick<EngineDeps, 'config'>,
  trx: T,
  { ref: { tenantId }, senderId, destination }: Pick<BatchInHand, 'ref' | 'senderId' | 'destination'>,
  { kind, forMs }: Hold,
  reason: string,
): Promise<void> {
  await noteHold(trx, { tenant_id: tenantId, sender_id: senderId, destination, kind, reason }, forMs)
  const slowed = [slowedBucket(config, senderId, destination)]
  await fillBuckets(trx, tenantId, slowed)
  await takeTokens(trx, tenantId, slowed, 1)
}

function slowedBucket({ slowedEveryMs }: EngineDeps['config'], senderId: string, destination: string): Bucket {
  return { key: `${senderId} ${destination} slowed`, perSecond: 1_000 / slowedEveryMs, capacity: 1 }
}

interface Limit extends Bucket {
  readonly endsAt?: Date
  readonly denial: Pick<Denial, 'scope' | 'reason'>
}

function limitsOf(
  { config }: Pick<EngineDeps, 'config'>,
  { sender, destination, lane }: Request,
  { destinations, warmUp }: Pacing,
  now: Date,
  hold: HoldRow | undefined,
): Limit[] {
  const limits: Limit[] = []
  const rate = (key: string, perSecond: number | null | undefined, denial: Limit['denial']) => {
    // One second's worth: what a burst adds stays under two percent of any minute.
    if (perSecond) limits.push({ key, perSecond, capacity: Math.max(1, perSecond), denial })
  }
  rate('tenant', config.tenantMessagesPerSecond, { scope: 'sender', reason: 'The rate of the workspace is used up' })
  rate(sender.id, sender.messages_per_second, { scope: 'sender', reason: 'The rate of the sender is used up' })
  const perSecond = destinations[destination as keyof typeof destinations]
  rate(`${sender.id} ${destination}`, perSecond, {
    scope: 'destination',
    reason: `The rate of the sender to ${destination} is used up`,
  })
  if (hold?.kind === 'slowed') {
    const denial = { scope: 'destination', reason: holdText(hold) } as const
    limits.push({ ...slowedBucket(config, sender.id, destination), denial })
  }
  const allowance = warmUp !== null && lane !== 'transactional' ? allowanceOf(warmUp, now) : undefined
  if (allowance) {
    limits.push({
      key: `${sender.id} ${allowance.day}`,
      perSecond: 0,
      capacity: allowance.messages,
      endsAt: allowance.endsAt,
      denial: { scope: 'sender', reason: `The ${allowance.messages} messages of today's warm-up have left` },
    })
  }
  return limits
}

const hoursOf = ({ from, to, timeZone }: NonNullable<Pacing['window']>) => `${from} to ${to}, ${timeZone}`
const holdText = ({ destination, reason }: HoldRow) => `${nameOf(destination)} asked to send less: ${reason}`

function nameOf(destination: string): string {
  return destination === 'other' ? 'A receiver' : `${destination.slice(0, 1).toUpperCase()}${destination.slice(1)}`
}

import type { Standing } from '../contract.ts'
import { DispatchHalted } from '../contract.ts'
import { scheduleBatches } from '../store/batches.ts'
import { haltDispatch } from '../store/dispatches.ts'
import { findStanding } from '../store/ledger.ts'
import type { DispatchRef } from '../store/tables.ts'
import type { EngineDeps } from './deps.ts'

/** From when on a share says something, and from which share on it is too much. */
interface Band {
  readonly what: string
  readonly leastMessages: number
  readonly leastCases: number
  readonly share: number
}

/**
 * Where large receivers and providers stop a sender: Amazon SES pauses accounts at 10 % bounces
 * (https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html), Gmail asks never to reach 0.3 % complaints
 * (https://support.google.com/a/answer/81126). The floors keep a handful of people from stopping a campaign.
 */
const bounces: Band = { what: 'addresses that do not exist', leastMessages: 100, leastCases: 20, share: 0.1 }
const complaints: Band = { what: 'complaints', leastMessages: 1_000, leastCases: 5, share: 0.003 }

/** Why a campaign must stop, in words; undefined while it may go on. */
export function reasonToHalt({
  sent,
  failed,
  hardBounced,
  complained,
}: Pick<Standing, 'sent' | 'failed' | 'hardBounced' | 'complained'>): string | undefined {
  return tooMany(bounces, hardBounced, sent + failed) ?? tooMany(complaints, complained, sent)
}

function tooMany(
  { what, leastMessages, leastCases, share }: Band,
  cases: number,
  messages: number,
): string | undefined {
  if (messages < leastMessages || cases < leastCases || cases < messages * share) return undefined
  const percent = ((cases / messages) * 100).toFixed(1)
  return `Paused: ${cases} ${what} among ${messages} messages (${percent} %, the limit is ${share * 100} %). Going on would harm the sender's reputation; look at where these people come from first`
}

const leastPauseMs = 2_000

/** Looks at a dispatch after each of its batches, at most once in two seconds. */
export function createGuard(deps: GuardDeps): (ref: DispatchRef) => Promise<void> {
  const lookedAtMs = new Map<string, number>()
  return async (ref) => {
    const nowMs = performance.now()
    for (const [id, atMs] of lookedAtMs) if (nowMs - atMs > leastPauseMs) lookedAtMs.delete(id)
    if (lookedAtMs.has(ref.dispatchId)) return
    lookedAtMs.set(ref.dispatchId, nowMs)
    await guardDispatch(deps, ref)
  }
}

export type GuardDeps = Pick<EngineDeps, 'db' | 'events' | 'progress' | 'log'>

/** Pauses a dispatch of which too much comes back, and tells of it. */
export async function guardDispatch({ db, events, progress, log }: GuardDeps, ref: DispatchRef): Promise<void> {
  const reason = await db.withTenant(ref.tenantId, async (trx) => {
    const standing = await findStanding(trx, ref)
    const found = standing && reasonToHalt(standing)
    if (found === undefined || !(await haltDispatch(trx, ref, found))) return undefined
    await scheduleBatches(trx, ref, 'paused')
    await events.publish(DispatchHalted, { campaignId: ref.dispatchId, reason: found })
    return found
  })
  if (reason === undefined) return
  log.warn({ ...ref, reason }, 'a campaign was paused')
  progress.changed(ref)
}

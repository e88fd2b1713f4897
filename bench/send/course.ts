import { setTimeout as sleep } from 'node:timers/promises'
import type { Standing } from '@fanfare/delivery/contract'
import type { FanfareClient } from '@fanfare/sdk'
import { openWatcher } from '@fanfare/testkit'
import { usageOf } from '../machine/usage.ts'
import { sendCampaign } from '../workspace/campaigns.ts'
import { taken } from '../workspace/replies.ts'

export interface Course {
  /** From the launch until nothing was pending. */
  readonly seconds: number
  /** Of these, until the first message could leave: when the first page of the audience was in. */
  readonly startSeconds: number
  readonly accounting: Standing
}
export interface Running {
  readonly client: FanfareClient
  readonly url: string
  readonly key: string
}

/** Launches an approved campaign and times it to its end. */
export async function runCourse(
  { client, url, key }: Running,
  campaignId: string,
  onProgress: (accounting: Standing, seconds: number) => void,
): Promise<Course> {
  await using watcher = await openWatcher(url, key, [`campaign/${campaignId}`])
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1_000
  await sendCampaign(client, campaignId)
  let startSeconds = 0
  for await (const { message } of watcher) {
    if (message.state === 'launching') continue
    if (message.state !== 'sending') throw new Error(`The campaign did not begin to send: it is ${message.state}`)
    startSeconds = elapsed()
    break
  }
  const accounting = await settle(client, campaignId, (standing) => onProgress(standing, elapsed()))
  return { seconds: elapsed(), startSeconds, accounting }
}

const patienceMs = 5 * 60_000

/**
 * Asks until nothing is pending: seldom, because counting costs the database something, and near the end as often as the
 * pace so far says. An answer is at most a few per cent late.
 */
async function settle(
  client: FanfareClient,
  campaignId: string,
  onProgress: (accounting: Standing) => void,
): Promise<Standing> {
  const began = performance.now()
  let [lastPending, movedAt] = [Number.NaN, began]
  for (;;) {
    const asked = performance.now()
    const standing = await taken(
      client.GET('/v1/campaigns/{campaignId}/accounting', { params: { path: { campaignId } } }),
    )
    onProgress(standing)
    if (standing.complete && standing.pending === 0) return standing
    if (standing.pending !== lastPending) [lastPending, movedAt] = [standing.pending, asked]
    if (asked - movedAt > patienceMs) throw new Error(`Nothing has moved for 5 minutes: ${JSON.stringify(standing)}`)
    const perMs = (standing.audience - standing.pending) / (asked - began)
    const restMs = perMs > 0 ? standing.pending / perMs : 1_000
    await sleep(Math.min(5_000, Math.max(20, restMs / 2)))
  }
}

/** Waits until a process does next to nothing: what a send leaves to do after its last message is part of its cost. */
export async function waitUntilIdle(pid: number): Promise<void> {
  const lookMs = 500
  const idleShare = 0.04
  for (let looks = 0; looks < 120; looks++) {
    const before = usageOf(pid)?.cpuMicroseconds
    await sleep(lookMs)
    const after = usageOf(pid)?.cpuMicroseconds
    if (before === undefined || after === undefined) return
    if ((after - before) / (lookMs * 1_000) < idleShare) return
  }
}

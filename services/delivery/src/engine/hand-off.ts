import { setTimeout as sleep } from 'node:timers/promises'
import { composeFor } from '../message/recipient.ts'
import type { Recipient } from './admission.ts'
import type { Run } from './batch.ts'
import type { EngineDeps } from './engine.ts'
import type { Journal } from './journal.ts'
import { type Ending, outcomeOf } from './outcomes.ts'
import type { RateLimit } from './rate.ts'
import type { OutcomeRecorder } from './recorder.ts'
import { ConnectionTrouble, type SmtpSession } from './session.ts'

export interface HandOff extends Run {
  readonly recipients: readonly Recipient[]
  readonly journal: Journal
  readonly recorder: OutcomeRecorder
  mayGoOn(): boolean
}
export interface HandedOff {
  /** Never begun; to go back to the queue. */
  readonly unsent: readonly Recipient[]
  /** Why the last of all connections was lost or could not be had. */
  readonly trouble: string | undefined
}

/** Sends a batch over several connections side by side, each taking the next recipient when it has its answer. */
export async function handOff(deps: EngineDeps, work: HandOff): Promise<HandedOff> {
  const queue = [...work.recipients].reverse()
  const troubles: string[] = []
  const lanes = Math.min(deps.config.connections, queue.length)
  const ended = await Promise.allSettled(Array.from({ length: lanes }, () => runLane(deps, work, queue)))
  for (const lane of ended) {
    if (lane.status === 'fulfilled') continue
    // A lane that got no connection leaves its share to the others; many servers limit how many there may be.
    if (!(lane.reason instanceof ConnectionTrouble)) throw lane.reason
    troubles.push(lane.reason.message)
  }
  return { unsent: queue, trouble: troubles.length === lanes ? troubles[0] : undefined }
}

async function runLane(deps: EngineDeps, work: HandOff, queue: Recipient[]): Promise<void> {
  let session: SmtpSession | undefined
  try {
    while (queue.length > 0 && work.mayGoOn()) {
      session ??= await work.connections.take()
      if (!(await waitForTurn(work))) return
      const recipient = queue.pop()
      if (recipient === undefined) return
      const ending = await deliver(deps, work, session, recipient)
      const outcome = outcomeOf(ending, recipient.attempt, deps.config, deps.random())
      work.journal.end(recipient.id, outcome)
      work.recorder.add({ id: recipient.id, contactId: recipient.contactId, outcome })
      if (session.isOpen) continue
      work.connections.give(session)
      session = undefined
    }
  } finally {
    if (session) work.connections.give(session)
  }
}

async function deliver(deps: EngineDeps, work: HandOff, session: SmtpSession, recipient: Recipient): Promise<Ending> {
  const variant = work.variants.get(recipient.variantId)
  if (variant === undefined)
    return { kind: 'refused', text: `The variant ${recipient.variantId} is not part of the dispatch` }
  let message: Buffer
  try {
    message = composeFor(deps, { tenantId: work.ref.tenantId, from: work.from, variant, recipient })
  } catch (error) {
    return { kind: 'refused', text: `The message could not be made: ${error instanceof Error ? error.message : error}` }
  }
  work.journal.begin(recipient.id)
  return session.send(work.from.address, recipient.email, message)
}

const longestNapMs = 200

/** False when it must stop while it waits. */
async function waitForTurn(work: HandOff & { rate: RateLimit | undefined }): Promise<boolean> {
  let waitMs = work.rate?.take(performance.now()) ?? 0
  while (waitMs > 0) {
    const napMs = Math.min(waitMs, longestNapMs)
    await sleep(napMs)
    waitMs -= napMs
    if (!work.mayGoOn()) return false
  }
  return true
}

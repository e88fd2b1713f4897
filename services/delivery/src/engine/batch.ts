import { randomUUID } from 'node:crypto'
import type { Signer } from '../dkim/signer.ts'
import { composeFor, type Mailing } from '../message/recipient.ts'
import { returnPathOf } from '../message/return-path.ts'
import { type DueSender, postponeSender } from '../store/batches.ts'
import { noteTrouble } from '../store/dispatches.ts'
import type { Recipient } from './admission.ts'
import { type BatchInHand, takeBatch } from './claim.ts'
import type { EngineDeps, EngineState } from './engine.ts'
import { backOff, type Ending, outcomeOf } from './outcomes.ts'
import { OutcomeRecorder } from './recorder.ts'
import { carrySigned } from './signed.ts'
import type { Carried, Load, Packed } from './way.ts'
import type { OpenWay } from './ways.ts'

/** After this the rest of a batch goes back, so that who unsubscribes is left out within seconds also at a slow server. */
const freshForMs = 3_000

/** A short while after a look that found nothing to take although something was due: another worker has it. */
const restMs = 50
const longestRestMs = 1_000

/**
 * Takes a batch of a sender, sends what may be sent, and gives it back. Returns for how many milliseconds it is no use to
 * ask again: 0 after a batch that was sent.
 */
export async function sendBatch(
  deps: EngineDeps,
  state: EngineState,
  due: DueSender,
  signal: AbortSignal,
): Promise<number> {
  const claimId = randomUUID()
  state.activeClaims.add(claimId)
  try {
    const limit = state.limits.of(due.senderId)
    const batch = await takeBatch(deps, state, due, { claimId, limit })
    if (batch === 'nothing_to_send') return 0
    if (batch === 'nothing_due') return restFor(state, due)
    if ('waitMs' in batch) {
      // A longer one is with the batches, where a change of the sender's settings can end it.
      if (batch.scope === 'sender') return Math.min(batch.waitMs, longestRestMs)
      state.holds.hold(due.senderId, batch.destination, Math.min(batch.waitMs, longestRestMs))
      return 0
    }
    const kept = state.keeper.keep(batch.ref, claimId)
    try {
      await sendTaken(deps, state, batch, () => !signal.aborted && kept.mayGoOn())
    } finally {
      kept.release()
      batch.journal.close()
    }
    await state.settle(batch.ref)
    return 0
  } finally {
    state.activeClaims.delete(claimId)
  }
}

/** What is due but held comes back when its hold ends; something else may be due sooner. */
function restFor({ holds }: EngineState, { senderId }: DueSender): number {
  const { leastMs } = holds.of(senderId)
  return Number.isFinite(leastMs) ? Math.min(250, Math.max(restMs, leastMs)) : restMs
}

async function sendTaken(deps: EngineDeps, state: EngineState, batch: BatchInHand, mayGoOn: () => boolean) {
  const recorder = new OutcomeRecorder(deps, batch)
  const carried = await carry(deps, state, batch, recorder, mayGoOn)
  state.limits.learn(batch.senderId, batch.recipients.length, carried.unsent.length)
  const delaySeconds = carried.trouble === undefined ? 0 : await backAway(deps, batch, carried.trouble)
  await recorder.finish({ delaySeconds, unused: carried.unsent.length })
  batch.journal.remove()
}

async function carry(
  deps: EngineDeps,
  state: EngineState,
  batch: BatchInHand,
  recorder: OutcomeRecorder,
  mayGoOn: () => boolean,
): Promise<Carried> {
  let open: OpenWay
  let mailings: ReadonlyMap<string, Mailing>
  let signer: Signer | undefined
  try {
    open = await state.ways.open(batch.sender)
    mailings = await state.mailings.of(batch.ref, open.from)
    signer = await deps.signers.signerFor(batch.ref.tenantId, open.from.domain)
  } catch (error) {
    // A server that is not allowed, a password that cannot be opened: for a person to mend, with everybody still pending.
    return { unsent: batch.recipients, trouble: error instanceof Error ? error.message : String(error) }
  }
  const staleAtMs = performance.now() + freshForMs
  const load: Load = {
    lane: batch.lane,
    recipients: batch.recipients,
    mayGoOn: () => performance.now() < staleAtMs && !recorder.hasFailed && mayGoOn(),
    pack: (recipient) => pack(deps, mailings, recipient),
    begin: ({ row }) => batch.journal.begin(row.position),
    end(recipient, ending) {
      const attempt = { attempts: recipient.row.attempts + 1, lane: batch.lane, random: deps.random() }
      const outcome = outcomeOf(ending, attempt, deps.config)
      batch.journal.end(recipient.row.position, outcome)
      recorder.add(recipient, outcome)
    },
  }
  return signer === undefined ? open.way.carry(load) : carrySigned(open.way, load, signer)
}

function pack(
  deps: EngineDeps,
  mailings: ReadonlyMap<string, Mailing>,
  { row, email, values }: Recipient,
): Packed | Ending {
  const mailing = mailings.get(row.variant_id ?? '')
  if (mailing === undefined)
    return { kind: 'refused', text: `The variant ${row.variant_id} is not part of the dispatch` }
  try {
    const content = composeFor(deps, mailing, { id: row.id, email, values })
    return { content, envelope: { from: returnPathOf(deps.keys, mailing, row.id), to: email, size: content.length } }
  } catch (error) {
    return { kind: 'refused', text: `The message could not be made: ${error instanceof Error ? error.message : error}` }
  }
}

/** Keeps away from a server in trouble, all batches of the sender alike. Returns for how many seconds. */
async function backAway(deps: EngineDeps, { ref, senderId }: BatchInHand, reason: string): Promise<number> {
  const { reconnectDelayMs, reconnectDelayMaxMs } = deps.config
  const seconds = await deps.db.withTenant(ref.tenantId, async (trx) => {
    const failures = await noteTrouble(trx, ref, reason)
    const delaySeconds = backOff(failures, reconnectDelayMs, reconnectDelayMaxMs, deps.random()) / 1_000
    await postponeSender(trx, { tenantId: ref.tenantId, senderId }, delaySeconds)
    return delaySeconds
  })
  deps.progress.changed(ref)
  deps.log.warn(
    { dispatchId: ref.dispatchId, reason, seconds },
    'the mail server could not be used; trying again later',
  )
  return seconds
}

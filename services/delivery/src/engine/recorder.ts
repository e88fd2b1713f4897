import { setTimeout as sleep } from 'node:timers/promises'
import { publishSettled } from '../settled.ts'
import { lockClaim, releaseBatch } from '../store/batches.ts'
import { clearTrouble } from '../store/dispatches.ts'
import { writeChanges } from '../store/outcomes.ts'
import type { Recipient } from './admission.ts'
import type { BatchInHand } from './claim.ts'
import type { EngineDeps } from './deps.ts'
import type { Outcome } from './outcomes.ts'
import { returnUnused } from './permits.ts'
import { cancelInHand, changeOf } from './recovery.ts'
import { recordRefusals } from './refusals.ts'
import { countTraffic } from './traffic.ts'

const setSize = 250
const longestWaitMs = 100
/** A database that restarts takes a while; what cannot be written by then, the journal tells to the recovery. */
const patienceMs = 45_000

/** How a batch is given back. */
interface Rest {
  readonly delaySeconds: number
  /** Messages of its permit that did not leave. */
  readonly unused: number
}

interface Sent {
  readonly recipient: Recipient
  readonly outcome: Outcome
}

/** Writes the outcomes of one batch in sets of 250 or every 100 ms, with the event that tells of them. */
export class OutcomeRecorder {
  readonly #deps: EngineDeps
  readonly #batch: BatchInHand
  /** Places that are marked and have no written outcome. */
  readonly #attempting: Set<number>
  #waiting: Sent[] = []
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #failure: unknown
  #hadTrouble: boolean

  constructor(deps: EngineDeps, batch: BatchInHand) {
    this.#deps = deps
    this.#batch = batch
    this.#attempting = new Set(batch.recipients.map(({ row }) => row.position))
    this.#hadTrouble = batch.hadTrouble
  }

  /** Whether the database takes no outcomes: nothing more must be sent. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  add(recipient: Recipient, outcome: Outcome): void {
    this.#waiting.push({ recipient, outcome })
    if (this.#waiting.length >= setSize) this.#write()
    else this.#timer ??= setTimeout(() => this.#write(), longestWaitMs)
  }

  /**
   * Writes what is left and gives the batch back. Throws when that could not be written; the journal then tells it to the
   * recovery.
   */
  async finish(rest: Rest): Promise<void> {
    this.#write(rest)
    await this.#writing
    if (this.#failure !== undefined) throw this.#failure
  }

  #write(rest?: Rest): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const sent = this.#waiting
    this.#waiting = []
    if (sent.length === 0 && rest === undefined) return
    this.#writing = this.#writing
      .then(() => (this.#failure === undefined ? this.#writePatiently(sent, rest) : undefined))
      .catch((error) => {
        this.#failure ??= error
      })
  }

  async #writePatiently(sent: readonly Sent[], rest: Rest | undefined): Promise<void> {
    const until = performance.now() + patienceMs
    for (let pauseMs = 100; ; pauseMs = Math.min(2_000, pauseMs * 2)) {
      try {
        return await this.#writeSet(sent, rest)
      } catch (error) {
        if (performance.now() > until) throw error
        this.#deps.log.warn({ err: error }, 'outcomes could not be written; trying again')
        await sleep(pauseMs)
      }
    }
  }

  async #writeSet(sent: readonly Sent[], rest: Rest | undefined): Promise<void> {
    const { deps, batch } = { deps: this.#deps, batch: this.#batch }
    const { ref, batchId, claimId, lane } = batch
    const { tenantId } = ref
    const stillOut = new Set(this.#attempting)
    for (const { recipient } of sent) stillOut.delete(recipient.row.position)
    await deps.db.withTenant(tenantId, async (trx) => {
      // Somebody took the batch over when its lease ran out, and has settled what this claim left.
      if (!(await lockClaim(trx, tenantId, batchId, claimId))) return
      const changes = sent.flatMap(({ recipient, outcome }) => changeOf(recipient.row, outcome))
      if (sent.length > 0) {
        const changed = new Set(await writeChanges(trx, { tenantId, batchId }, changes, [...stillOut]))
        const rows = sent.map(({ recipient }) => recipient.row)
        await publishSettled(deps, ref, lane, rows, changes, changed)
        await recordRefusals(deps, tenantId, endedOf(sent), changed)
        await countTraffic(trx, batch, changes, changed)
        if (this.#hadTrouble && changes.length > 0) await clearTrouble(trx, ref)
      }
      if (rest === undefined) return
      await cancelInHand(deps, trx, batch)
      await returnUnused(trx, tenantId, batch.permit, rest.unused)
      await releaseBatch(trx, ref, { batchId, claimId, delaySeconds: rest.delaySeconds })
    })
    for (const { recipient } of sent) this.#attempting.delete(recipient.row.position)
    if (sent.length > 0) this.#hadTrouble = false
    // Nobody watches the messages of a sender as one; they are too many to count each time.
    if (lane !== 'transactional') deps.progress.changed(ref)
  }
}

function endedOf(sent: readonly Sent[]) {
  return sent.map(({ recipient, outcome }) => ({ row: recipient.row, outcome }))
}

import { setTimeout as sleep } from 'node:timers/promises'
import { publishSettled } from '../settled.ts'
import { recordOutcomes } from '../store/claims.ts'
import { clearTrouble } from '../store/dispatches.ts'
import type { DispatchRef } from '../store/tables.ts'
import type { EngineDeps } from './engine.ts'
import type { Outcome } from './outcomes.ts'

const setSize = 200
const longestWaitMs = 100
const tries = 5

export interface SentOutcome {
  readonly id: string
  readonly contactId: string
  readonly outcome: Outcome
}

type RecorderDeps = Pick<EngineDeps, 'db' | 'events' | 'audience' | 'log' | 'progress'>

/** Writes the outcomes of one claim in sets of 200 or every 100 ms, with the event that tells of them. */
export class OutcomeRecorder {
  readonly #deps: RecorderDeps
  readonly #ref: DispatchRef
  readonly #claimId: string
  #waiting: SentOutcome[] = []
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #failure: unknown

  constructor(deps: RecorderDeps, ref: DispatchRef, claimId: string) {
    this.#deps = deps
    this.#ref = ref
    this.#claimId = claimId
  }

  /** Whether the database takes no outcomes: nothing more must be sent. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  add(outcome: SentOutcome): void {
    this.#waiting.push(outcome)
    if (this.#waiting.length >= setSize) this.#write()
    else this.#timer ??= setTimeout(() => this.#write(), longestWaitMs)
  }

  /** Writes what is left. Throws when outcomes could not be written; the journal then tells them to the recovery. */
  async finish(): Promise<void> {
    this.#write()
    await this.#writing
    if (this.#failure !== undefined) throw this.#failure
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const outcomes = this.#waiting
    this.#waiting = []
    if (outcomes.length === 0) return
    this.#writing = this.#writing
      .then(() => this.#writeWithRetry(outcomes))
      .catch((error) => {
        this.#failure ??= error
      })
  }

  async #writeWithRetry(outcomes: readonly SentOutcome[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#writeSet(outcomes)
      } catch (error) {
        if (attempt === tries) throw error
        this.#deps.log.warn({ err: error, attempt }, 'outcomes could not be written; trying again')
        await sleep(200 * attempt)
      }
    }
  }

  async #writeSet(outcomes: readonly SentOutcome[]): Promise<void> {
    const { db, events, audience, progress } = this.#deps
    const { tenantId, campaignId } = this.#ref
    const bounced = outcomes.filter(({ outcome }) => outcome.hardBounce).map(({ contactId }) => contactId)
    // Before the outcome: a kill in between repeats the suppression, which changes nothing, instead of losing it.
    if (bounced.length > 0) {
      await audience.suppress({
        tenantId,
        contactIds: bounced,
        reason: 'hard_bounce',
        note: 'The address does not exist',
      })
    }
    await db.withTenant(tenantId, async (trx) => {
      const records = outcomes.map(({ id, outcome }) => ({ id, claimId: this.#claimId, outcome }))
      await publishSettled(events, campaignId, await recordOutcomes(trx, tenantId, records))
      if (outcomes.some(({ outcome }) => outcome.state !== 'queued')) await clearTrouble(trx, this.#ref)
    })
    progress.changed(this.#ref)
  }
}

import type { Logger } from '@fanfare/kernel'
import type { AuditRecord } from '../contract/audit.ts'
import type { Deps } from '../deps.ts'
import {
  type Arrival,
  findAddresses,
  findKeyNames,
  findLastEntry,
  findWaitingTrails,
  insertEntries,
  lockTrail,
  takeArrivals,
} from '../store/audit.ts'
import type { Trx } from '../store/schema.ts'
import { beginning, chainEntries, type Link, type Unchained } from './chain.ts'
import type { Checkpoints } from './checkpoints.ts'

const appendedAtOnce = 500
/** Between two signatures of one trail; what a trail lost within it is not missed. */
const signingIntervalMs = 60_000

export type TrailDeps = Pick<Deps, 'db' | 'clock'> & { readonly checkpoints: Checkpoints; readonly log: Logger }

/** Puts waiting entries into their chains and says under a signature where the chains end. */
export interface Trail {
  /** Gives a place to all that waits in one trail. */
  append(tenantId: string): Promise<void>
  /** The same, soon, for what has just arrived. */
  wake(tenantId: string): void
  /** Appends whatever waits in any trail: after a crash, or what belongs to no workspace. */
  appendAll(): Promise<void>
  /** Signs the end of every trail that has grown here since it was last signed. */
  signEnds(): Promise<void>
  /** Resolves when nothing is being appended. */
  settle(): Promise<void>
  /** Removes what is kept of a trail outside the database, when its workspace is deleted. */
  forget(tenantId: string): Promise<void>
}

export function createTrail(deps: TrailDeps): Trail {
  const grown = new Map<string, Link>()
  const signedAt = new Map<string, number>()
  const running = new Map<string, Promise<void>>()
  const again = new Set<string>()

  const signEnd = async (tenantId: string, { sequence, hash }: Link) => {
    const now = deps.clock.now()
    await deps.checkpoints.sign({ tenantId, sequence, hash, now })
    signedAt.set(tenantId, now.getTime())
    if (grown.get(tenantId)?.sequence === sequence) grown.delete(tenantId)
    // The log is often kept on another machine than the data.
    deps.log.info({ tenantId, sequence, hash }, 'the end of an audit trail was signed')
  }
  const append = async (tenantId: string) => {
    let end: Link | undefined
    for (let taken = appendedAtOnce; taken === appendedAtOnce; ) {
      const set = await appendSet(deps, tenantId)
      taken = set.taken
      end = set.last ?? end
    }
    if (end === undefined) return
    grown.set(tenantId, end)
    const last = signedAt.get(tenantId)
    if (last === undefined || deps.clock.now().getTime() - last >= signingIntervalMs) await signEnd(tenantId, end)
  }
  const run = async (tenantId: string) => {
    do {
      again.delete(tenantId)
      await append(tenantId)
    } while (again.has(tenantId))
  }
  const wake = (tenantId: string) => {
    again.add(tenantId)
    if (running.has(tenantId)) return
    const failed = (error: unknown) => deps.log.error({ err: error, tenantId }, 'audit entries wait for their place')
    const work = run(tenantId)
      .catch(failed)
      .finally(() => running.delete(tenantId))
    running.set(tenantId, work)
  }
  const settle = async () => {
    while (running.size > 0) await Promise.all(running.values())
  }
  return {
    append,
    wake,
    settle,
    async appendAll() {
      const waiting = await deps.db.transaction((trx) => findWaitingTrails(trx))
      for (const tenantId of waiting) wake(tenantId)
      await settle()
    },
    async signEnds() {
      for (const [tenantId, end] of [...grown]) await signEnd(tenantId, end)
    },
    async forget(tenantId) {
      grown.delete(tenantId)
      signedAt.delete(tenantId)
      await deps.checkpoints.forget(tenantId)
    },
  }
}

/** One set under the trail's lock, so that places have no gaps and no two entries one place. */
function appendSet({ db, clock }: TrailDeps, tenantId: string): Promise<{ taken: number; last: Link | undefined }> {
  return db.withTenant(tenantId, async (trx) => {
    await lockTrail(trx, tenantId)
    const arrivals = await takeArrivals(trx, tenantId, appendedAtOnce)
    if (arrivals.length === 0) return { taken: 0, last: undefined }
    const end = await findLastEntry(trx, tenantId)
    const from = end ? { sequence: end.sequence, hash: end.hash, recordedAt: end.recorded_at } : beginning
    const records = chainEntries(tenantId, from, await named(trx, tenantId, arrivals), clock.now())
    await insertEntries(trx, tenantId, records)
    const { sequence, hash } = records.at(-1) as AuditRecord
    return { taken: arrivals.length, last: { sequence, hash, recordedAt: undefined } }
  })
}

/** The names that people and keys have now: later they may have others, or be gone. */
async function named(trx: Trx, tenantId: string, arrivals: readonly Omit<Arrival, 'tenantId'>[]): Promise<Unchained[]> {
  const idsOf = (kind: string) =>
    arrivals.flatMap(({ facts: { actor, target } }) =>
      [actor.kind === kind ? actor.id : null, target?.kind === kind ? target.id : null].filter((id) => id !== null),
    )
  const people = await findAddresses(trx, [...idsOf('person'), ...idsOf('account'), ...idsOf('member')])
  const keys = await findKeyNames(trx, tenantId, idsOf('api_key'))
  const nameOf = (id: string | null) => (id === null ? null : (people.get(id) ?? keys.get(id) ?? null))
  return arrivals.map(({ id, occurredAt, facts: { actor, target, ...facts } }) => ({
    ...facts,
    id,
    occurredAt: occurredAt.toISOString(),
    actor: { ...actor, name: nameOf(actor.id) },
    target: target && { ...target, name: target.name ?? nameOf(target.id) },
  }))
}

import { type Lane, lanes } from '../contract.ts'

/** A sender with something due, as the scheduler sees it. */
export interface Candidate {
  readonly tenantId: string
  readonly senderId: string
  readonly lane: Lane
}

/** What this process has in hand, and whose turn was when. */
export interface Hands {
  /** Batches in hand. */
  readonly total: number
  /** Of a workspace in a lane. */
  inHandOf(tenantId: string, lane: Lane): number
  /** Of a sender in a lane. */
  inHandOfSender(senderId: string, lane: Lane): number
  /** Grows with each turn; -1 for a workspace or sender that had none. */
  lastTurnOf(id: string): number
}

export interface TurnLimits {
  /** Batches that one process has in hand at most. */
  readonly batches: number
  /** Of one sender in one lane. */
  readonly batchesPerSender: number
}

/**
 * Whose batch is taken next, or undefined when nobody may have one more. The most urgent lane goes first, then the workspace
 * whose last turn is longest ago, then its sender. A workspace may hold as many batches of a lane as there are places still
 * free: so one that is stuck at a slow server, however much it has waiting, never takes the last place.
 * (Dynamic thresholds: Choudhury and Hahne, IEEE/ACM ToN 6(2), 1998.)
 */
export function nextTurn<C extends Candidate>(
  candidates: readonly C[],
  hands: Hands,
  limits: TurnLimits,
): C | undefined {
  const free = limits.batches - hands.total
  const allowed = candidates.filter(
    ({ tenantId, senderId, lane }) =>
      hands.inHandOf(tenantId, lane) < free && hands.inHandOfSender(senderId, lane) < limits.batchesPerSender,
  )
  const [first] = allowed.toSorted(
    (a, b) =>
      lanes.indexOf(a.lane) - lanes.indexOf(b.lane) ||
      hands.lastTurnOf(a.tenantId) - hands.lastTurnOf(b.tenantId) ||
      hands.lastTurnOf(a.senderId) - hands.lastTurnOf(b.senderId),
  )
  return first
}

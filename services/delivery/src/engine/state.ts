import type { DispatchRef } from '../store/tables.ts'
import type { Holds } from './holds.ts'
import type { Unwritten } from './journal.ts'
import type { Keeper } from './keeper.ts'
import type { Limits } from './limits.ts'
import type { Mailings } from './mailings.ts'
import type { Ways } from './ways.ts'

/** What the batches of one process share. */
export interface EngineState {
  /** Claims that this process is working on right now. */
  readonly activeClaims: Set<string>
  /** Claims of dead processes whose batches were freed. */
  readonly freedClaims: Set<string>
  readonly unwritten: Unwritten
  readonly keeper: Keeper
  readonly ways: Ways
  readonly mailings: Mailings
  readonly limits: Limits
  readonly holds: Holds
  /** Closes the dispatch when nothing of it is pending any more. */
  settle(ref: DispatchRef): Promise<void>
  /** Pauses the dispatch when too much of it comes back. */
  guard(ref: DispatchRef): Promise<void>
}

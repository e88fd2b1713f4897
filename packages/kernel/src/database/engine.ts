import type { Pool, PoolClient } from 'pg'
import type { DatabaseKind } from '../database.ts'

/** What differs between the two databases. Everything else speaks to `pool`, which is pg's in both. */
export interface Engine {
  readonly kind: DatabaseKind
  readonly pool: Pool
  readonly statementTimeoutMs: number
  /** Whether a connection may keep statements by name from one transaction to the next. */
  readonly keepsStatements: boolean
  /** The statement that opens a transaction, with what it must bring along. */
  readonly begin: string
  /** Lets this client's open transaction take as long as it needs. */
  liftTimeout(client: PoolClient): Promise<void>
  /** Feeds `chunks` to `copy <statement> from …` on a client inside a transaction. */
  copyIn(client: PoolClient, statement: string, chunks: AsyncIterable<Uint8Array>, options: string): Promise<void>
  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>>
  /** Sends at once; inside a transaction `afterCommit` decides when. */
  notify(channel: string, payload: string): Promise<void>
  backup(file: string): Promise<void>
  close(): Promise<void>
}

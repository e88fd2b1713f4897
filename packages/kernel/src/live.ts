import { token } from './token.ts'

/**
 * What a page can watch. A topic is `<noun>/<id>` or `<noun>`; messages are small JSON: the change, or a hint to read again.
 * Served over WebSocket at /v1/live and over Server-Sent Events at /v1/live/events.
 */
export interface Live {
  /** Declares a family of topics by its noun and the permission that watching needs. */
  topic(noun: string, permission: string): void
  /** The families that were declared, each with its permission: what a test goes through, as with `Http.routes()`. */
  topics(): ReadonlyMap<string, string>
  /** Sends to everyone of the tenant who watches the topic, in every process; inside a transaction, after it commits. */
  publish(tenantId: string, topic: string, message: LiveMessage): void
  /**
   * Closes the open lines of a credential that has ended or changed, in every process; inside a transaction, after it
   * commits. A socket is closed with code 4401, a stream says the event `ended`: the page asks who it is now, and comes back
   * if it still may.
   */
  endLines(whose: LineOwner): void
}
/** Lines of sessions, of an API key, or of a workspace: one person's there, or everybody's. */
export type LineOwner =
  | { readonly sessionIds: readonly string[] }
  | { readonly keyId: string }
  | { readonly tenantId: string; readonly userId?: string }
export interface LiveMessage {
  readonly type: string
  readonly [field: string]: unknown
}

export const Live = token<Live>()('live')

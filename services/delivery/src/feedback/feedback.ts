import type { FeedbackKind, FeedbackSource } from '../contract.ts'

/** One thing heard of one delivery of a workspace. */
export interface Feedback {
  /** The same for the same notice however often it comes; at most 200 characters. A key that is known changes nothing. */
  readonly key: string
  readonly deliveryId: string
  readonly kind: FeedbackKind
  /** Only of a bounce: the address itself is at fault and must not be written to again. */
  readonly hard: boolean
  /** One of the bounce reasons, or null where there is none. */
  readonly reason: string | null
  /** Enhanced status code (RFC 3463), or null. */
  readonly status: string | null
  /** The other side's own words, on one line; at most 500 characters are kept. */
  readonly text: string
  readonly source: FeedbackSource
  readonly at: Date
}

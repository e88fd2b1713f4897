import { z } from 'zod'

export const eventsConfig = z.object({
  /** Days that handled events stay, for replay; dead letters stay until they are replayed. */
  retentionDays: z.coerce.number().min(0).default(7),
  /** Events handled at the same time in this process; the embedded database has one connection and takes one. */
  concurrency: z.coerce.number().int().min(1).max(64).default(4),
  /** Tries before an event becomes a dead letter. */
  attemptLimit: z.coerce.number().int().min(1).default(8),
  /** Wait before the second try; doubles with each further one. */
  retryDelayMs: z.coerce.number().int().min(1).default(1_000),
  /** How long a taken event is kept from others; those of a process that died come back after it. */
  leaseMs: z.coerce.number().int().min(100).default(30_000),
  /** How often to look for what no wake-up told of. */
  pollIntervalMs: z.coerce.number().int().min(10).default(2_000),
})
export type EventsConfig = z.output<typeof eventsConfig>

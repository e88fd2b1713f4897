import { z } from 'zod'
import { lanes } from './ledger.ts'
import { holdKinds } from './pacing.ts'

/** What left in one minute from one sender to one destination. */
export const TrafficPoint = z.object({
  minute: z.iso.datetime(),
  senderId: z.uuid(),
  destination: z.string(),
  accepted: z.int(),
  deferred: z.int(),
  failed: z.int(),
  unknown: z.int(),
})
export type TrafficPoint = z.infer<typeof TrafficPoint>

/** What one sender has to send in one lane to one destination. */
export const Backlog = z.object({
  senderId: z.uuid(),
  lane: z.enum(lanes),
  destination: z.string(),
  queued: z.int(),
  deferred: z.int(),
  unknown: z.int().describe('Of what is being sent and of the last seven days'),
  inHand: z.int().describe('Batches that a worker has in hand'),
  dueAt: z.iso.datetime().nullable().describe('When the next may leave; null while its campaigns are paused'),
})
export type Backlog = z.infer<typeof Backlog>

/** A destination that asked a sender for less. */
export const Hold = z.object({
  senderId: z.uuid(),
  destination: z.string(),
  kind: z.enum(holdKinds).describe('`slowed`: hardly any messages; `suspended`: none'),
  reason: z.string().describe('The server’s words'),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
})
export type Hold = z.infer<typeof Hold>

/** What the engine is doing for a workspace. */
export const EngineView = z.object({
  at: z.iso.datetime(),
  traffic: z.array(TrafficPoint).describe('Of the last hour, oldest first'),
  backlog: z.array(Backlog),
  holds: z.array(Hold),
})
export type EngineView = z.infer<typeof EngineView>

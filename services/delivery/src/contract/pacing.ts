import { z } from 'zod'
import { destinations } from '../message/destinations.ts'

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Use hours and minutes like 09:30')

export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Growing daily allowances for an address or domain that receivers do not know yet. */
export const WarmUp = z.object({
  startedOn: z.iso.date(),
  firstDay: z.int().min(1).max(1_000_000).default(50).describe('Messages on the first day'),
  growth: z.number().min(1).max(3).default(1.5).describe('Each day as many times more'),
  days: z.int().min(1).max(365).default(30).describe('After so many days there is no allowance any more'),
})
export type WarmUp = z.infer<typeof WarmUp>

/** When campaigns may leave. A window that ends before it begins goes over midnight. */
export const SendWindow = z.object({
  timeZone: z.string().max(64).refine(isTimeZone, 'Use a time zone like Europe/Berlin'),
  days: z.array(z.int().min(1).max(7)).min(1).max(7).describe('1 is Monday'),
  from: TimeOfDay,
  to: TimeOfDay,
})
export type SendWindow = z.infer<typeof SendWindow>

/** How fast a sender may send, besides `messagesPerSecond` over all. What people wait for is not held by window or warm-up. */
export const Pacing = z.object({
  destinations: z
    .partialRecord(z.enum(destinations), z.number().positive().max(100_000))
    .default({})
    .describe('Messages a second to the mailboxes of one provider'),
  warmUp: WarmUp.nullable().default(null),
  window: SendWindow.nullable().default(null),
})
export type Pacing = z.infer<typeof Pacing>

/** What a receiver's servers asked for: hardly any messages for a while, or none. */
export const holdKinds = ['slowed', 'suspended'] as const
export type HoldKind = (typeof holdKinds)[number]

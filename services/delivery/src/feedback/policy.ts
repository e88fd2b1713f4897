import { type BounceReason, policyFaults } from '../replies/reasons.ts'

/** After how many soft bounces in a row, over how many days, an address is given up. */
export interface SoftBouncePolicy {
  readonly softBounces: number
  readonly softBounceDays: number
}

/** Soft bounces of one person since the last message that arrived. */
export interface SoftRun {
  readonly bounces: number
  readonly firstAt: Date
  readonly lastAt: Date
}

const dayMs = 86_400_000

/** Whether a run of soft bounces is long enough, in messages and in time: a week of a full mailbox is a holiday. */
export function isGivenUp({ bounces, firstAt, lastAt }: SoftRun, policy: SoftBouncePolicy): boolean {
  const days = (lastAt.getTime() - firstAt.getTime()) / dayMs
  return bounces >= policy.softBounces && days >= policy.softBounceDays
}

/** What a message's size, content or form was refused for says nothing of the address. */
const messageFaults: ReadonlySet<string> = new Set([
  'mesgtoobig',
  'exceedlimit',
  'contenterror',
  'syntaxerror',
] satisfies BounceReason[])

/** Whether a soft bounce speaks of the mailbox: not of us, our server or this message. */
export function countsAgainstAddress(reason: string | null): boolean {
  return reason === null || !(policyFaults.has(reason as BounceReason) || messageFaults.has(reason))
}

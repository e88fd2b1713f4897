import type { Tone } from '../../words.ts'

/** From which share on receivers look at a sender, and from which on they act. */
export interface Band {
  readonly warn: number
  readonly stop: number
}

/**
 * Where Amazon SES reviews and pauses accounts (https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html),
 * and what Gmail asks bulk senders to stay below (https://support.google.com/a/answer/81126).
 */
export const bounceBand: Band = { warn: 0.05, stop: 0.1 }
export const complaintBand: Band = { warn: 0.001, stop: 0.003 }

/** How a share stands to its band; gray while there is nothing to judge by. */
export function toneOf(part: number, of: number, { warn, stop }: Band): Tone {
  if (of === 0) return 'gray'
  const share = part / of
  return share >= stop ? 'red' : share >= warn ? 'amber' : 'green'
}

/** Where a share stands on a gauge that ends half as far again behind the limit, in per cent of its width. */
export function placeOn({ stop }: Band, share: number): number {
  return Math.min(100, (share / (stop * 1.5)) * 100)
}

import type { EarlierHit } from '../store/hits.ts'
import { judgeAgain, type Observation } from './machine.ts'
import { honeypotLinkId } from './tokens.ts'

/** A program that opens every address of a message one after the other is through by then. */
export const honeypotMs = 10_000
const burstMs = 2_000

export interface Click {
  readonly linkId: string | null
  readonly at: Date
}

/** What the clicks of a message around a hit say of it. */
export function besideOf(at: Date, clicks: readonly Click[]): Pick<Observation, 'linksAtOnce' | 'honeypot'> {
  const within = (ms: number) => clicks.filter((click) => Math.abs(click.at.getTime() - at.getTime()) <= ms)
  return {
    linksAtOnce: new Set(within(burstMs).map((click) => click.linkId)).size,
    honeypot: within(honeypotMs).some(({ linkId }) => linkId === honeypotLinkId),
  }
}

/** Hits that were written before the click that gives them away, as they are judged now; only those that change. */
export function judgeEarlier(
  earlier: readonly EarlierHit[],
  clicksOf: ReadonlyMap<string, readonly Click[]>,
): EarlierHit[] {
  return earlier.flatMap((hit) => {
    const verdict = judgeAgain(hit, besideOf(hit.at, clicksOf.get(hit.delivery_id) ?? []))
    return verdict.signs.length === hit.signs.length ? [] : [{ ...hit, ...verdict }]
  })
}

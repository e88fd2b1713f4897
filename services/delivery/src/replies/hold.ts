import type { HoldKind } from '../contract.ts'

const minute = 60_000
const hour = 60 * minute

/** How a destination wants to be treated for a while. */
export interface Hold {
  readonly kind: HoldKind
  readonly forMs: number
}
/** A rate that fell this low needs long to recover: what large receivers ask for after "temporarily deferred". */
const deferred: Hold = { kind: 'slowed', forMs: 90 * minute }
/** Too much, and no word on for how long. */
const tooMuch: Hold = { kind: 'slowed', forMs: 15 * minute }

/** Yahoo's families of deferrals, by their code: TSS04 speaks of volume or complaints, the others of the network's standing. */
const tss = /\[tss(\d\d)\]/

const slowDown =
  /temporarily deferred|deferred due to|try again later.{0,60}(rate|limit)|too many|rate[- ]?limit|(rate|volume|traffic) .{0,60}(limit|exceed|unusual|unexpected|high)|unusual (rate|volume|traffic)|unexpected volume|throttl|slow down|receiving mail (at a rate|too quickly)|frequency limited|connection (rate|limit)|temporarily (rate limited|blocked|suspended)|exceeded .{0,40}(limit|rate|quota per)|(hourly|daily|message|connection|sending) (limit|quota)|too (fast|quickly|much mail)|concurren|resources restricted|unusual number/

/** Whether a text asks for fewer messages or connections, whatever its code. `words` as of `wordsOf`, `text` as it came. */
export function asksToSlowDown(words: string): boolean {
  return slowDown.test(words) && !/(mailbox|disk|storage) .{0,20}(quota|limit|full)/.test(words)
}

/** How to treat a destination that has asked for less: as it says, where it says how. */
export function holdOf(text: string, words: string): Hold {
  const suspended = (forMs: number): Hold => ({ kind: 'suspended', forMs: Math.min(24 * hour, forMs) })
  const family = tss.exec(text.toLowerCase())?.[1]
  if (family === '04' || family === '05') return suspended(2 * hour)
  if (family !== undefined) return suspended(24 * hour)
  const named =
    /(?:again|retry|wait|come back|reconnect|after|in|for) (?:in |after |for |at least )?(?:about )?(\d{1,4}) ?(s|sec|seconds?|m|min|minutes?|h|hours?)\b/.exec(
      words,
    )
  if (named) return suspended(Number(named[1]) * unitOf(named[2] ?? ''))
  if (/this hour|per hour|hourly|in an hour/.test(words)) return suspended(hour)
  if (/per day|daily|today|tomorrow|24 ?h/.test(words)) return suspended(24 * hour)
  return /temporarily deferred/.test(words) ? deferred : tooMuch
}

function unitOf(name: string): number {
  if (name.startsWith('h')) return hour
  return name.startsWith('m') ? minute : 1_000
}

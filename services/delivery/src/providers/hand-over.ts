import type { Ending } from '../engine/outcomes.ts'
import type { HandOver, Letter, SendProgress, WayOutTrouble } from '../transport/letter.ts'
import type { Verdict } from './verdicts.ts'

/** What one call with several letters came to. */
export type CallOutcome =
  | { readonly kind: 'each'; readonly endings: readonly Ending[]; readonly trouble: WayOutTrouble | undefined }
  /** The whole call was refused; `culprits` are the places of the letters it was refused for, where the provider said. */
  | { readonly kind: 'refused'; readonly ending: Ending; readonly culprits: readonly number[] }

/** Letters with the places they have among all. */
export type Group = readonly Placed[]
export interface Placed {
  readonly place: number
  readonly letter: Letter
}

/**
 * So many refusals without one letter taken mean that it is not about single letters. At least twice the halvings that lead
 * to one of a thousand.
 */
const mostRefusals = 24

const unwatched: SendProgress = { mayGoOn: () => true, begin() {} }

/**
 * Makes the calls one after another. A call that is refused for some of its letters is made again without them, halved until
 * they are found where the provider does not name them: one bad address never costs the other 999 their message.
 */
export async function handOver(
  letters: number,
  groups: readonly Group[],
  call: (group: Group) => Promise<CallOutcome>,
  progress: SendProgress = unwatched,
): Promise<HandOver> {
  const endings: (Ending | undefined)[] = new Array(letters).fill(undefined)
  const open = [...groups].reverse()
  let refusals = 0
  let trouble: WayOutTrouble | undefined
  for (let group = open.pop(); group !== undefined && trouble === undefined; group = open.pop()) {
    if (!progress.mayGoOn()) break
    progress.begin(group.map(({ place }) => place))
    const outcome = await call(group)
    if (outcome.kind === 'each') {
      for (const [index, ending] of outcome.endings.entries()) endings[placeAt(group, index)] = ending
      refusals = outcome.endings.some(wasTaken) ? 0 : refusals
      trouble = outcome.trouble
      continue
    }
    const culprits = new Set(group.length === 1 ? [0] : outcome.culprits)
    for (const index of culprits) endings[placeAt(group, index)] = outcome.ending
    const rest = group.filter((_letter, index) => !culprits.has(index))
    refusals++
    if (refusals >= mostRefusals) trouble = allRefused(outcome.ending.text)
    else if (culprits.size > 0) open.push(...(rest.length > 0 ? [rest] : []))
    else open.push(...halves(rest).reverse())
  }
  const left: Ending = { kind: 'lost', stage: 'mail', text: trouble?.text ?? 'Not handed over' }
  return { endings: endings.map((ending) => ending ?? left), trouble }
}

/** What a verdict other than `answered` makes of a call with so many letters. */
export function outcomeOf(verdict: Exclude<Verdict, { kind: 'answered' }>, letters: number): CallOutcome {
  const all = (ending: Ending, trouble?: WayOutTrouble): CallOutcome => ({
    kind: 'each',
    endings: new Array<Ending>(letters).fill(ending),
    trouble,
  })
  switch (verdict.kind) {
    case 'refused':
      return { kind: 'refused', ending: replied(verdict.code, verdict.text), culprits: [] }
    case 'put_off':
      return all(replied(451, verdict.text), verdict.trouble)
    case 'trouble':
      return all({ kind: 'lost', stage: 'mail', text: verdict.trouble.text }, verdict.trouble)
    case 'unknown':
      // One more call could put as many more in doubt.
      return all(
        { kind: 'lost', stage: 'content', text: verdict.text },
        { kind: 'unanswered', text: verdict.text, retryAfterMs: undefined },
      )
  }
}

export function replied(code: number, text: string): Ending {
  return { kind: 'reply', stage: 'content', code, text }
}

function wasTaken(ending: Ending): boolean {
  return ending.kind === 'reply' && ending.code < 300
}

function placeAt(group: Group, index: number): number {
  return (group[index] as Placed).place
}

function halves(group: Group): Group[] {
  const middle = Math.ceil(group.length / 2)
  return [group.slice(0, middle), group.slice(middle)].filter((half) => half.length > 0)
}

function allRefused(text: string): WayOutTrouble {
  return { kind: 'account', text: `Everything is refused, the last time with: ${text}`, retryAfterMs: undefined }
}

import type { Clock, Egress } from '@fanfare/kernel'
import type { HandOver, Letter, SendProgress } from '../transport/letter.ts'
import { type CallOutcome, type Group, handOver, type Placed } from './hand-over.ts'
import { faultIn, groupLetters, type Sharing } from './letters.ts'

/** What the client of a provider is made of. */
export interface ProviderDeps {
  readonly egress: Egress
  readonly clock: Clock
  readonly config: { readonly providerTimeoutMs: number }
}

/** Where a provider's API is, and how far that address is believed. */
export interface ApiBase {
  /** Without a slash at its end. */
  readonly url: string
  readonly trust: 'public' | 'operator'
}

/** The provider's own address, unless the operator has set another: never one that a workspace gives. */
export function apiBase(vendor: string, operator: string | undefined): ApiBase {
  if (operator === undefined) return { url: vendor, trust: 'public' }
  return { url: operator.replace(/\/+$/, ''), trust: 'operator' }
}

export interface Batching extends Sharing {
  readonly maxMessageBytes: number
}

/** Refuses what must not leave, puts the rest into calls and makes them. */
export async function sendInCalls(
  letters: readonly Letter[],
  batching: Batching,
  call: (group: Group) => Promise<CallOutcome>,
  progress?: SendProgress,
): Promise<HandOver> {
  const faults = letters.map((letter) => faultIn(letter, batching.maxMessageBytes))
  const fit: Placed[] = letters.flatMap((letter, place) => (faults[place] === undefined ? [{ place, letter }] : []))
  const handed = await handOver(letters.length, groupLetters(fit, batching), call, progress)
  return {
    ...handed,
    endings: handed.endings.map((ending, place) => {
      const text = faults[place]
      return text === undefined ? ending : { kind: 'refused', text }
    }),
  }
}

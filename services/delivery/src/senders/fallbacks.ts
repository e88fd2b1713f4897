import { problem } from '../errors.ts'
import type { SenderRow } from '../store/senders.ts'

type Linked = Pick<SenderRow, 'id' | 'name' | 'kind' | 'fallback_sender_ids'>

/**
 * Refuses a list of fallbacks that could not be followed: unknown senders (those of another workspace are unknown here),
 * itself, a ring, and a sandbox behind a sender of real mail, which would swallow it. Problem: `delivery.fallback_unusable`.
 *
 * @param senders all senders of the workspace
 */
export function checkFallbacks(senders: readonly Linked[], self: Omit<Linked, 'name'>): void {
  const known = new Map(senders.map((sender) => [sender.id, sender]))
  const seen = new Set<string>()
  for (const id of self.fallback_sender_ids) {
    const refuse = (reason: string) => problem('fallback_unusable', { detail: { id, reason } })
    if (id === self.id) throw refuse('it is the sender itself')
    if (seen.has(id)) throw refuse('it is named twice')
    seen.add(id)
    const found = known.get(id)
    if (found === undefined) throw refuse('no sender of this workspace has this id')
    if (found.kind === 'sandbox' && self.kind !== 'sandbox') {
      throw refuse('it delivers into the sandbox, where nobody would get the message')
    }
    if (leadsTo(known, found, self.id)) throw refuse('it falls back on this sender in turn')
  }
}

function leadsTo(known: ReadonlyMap<string, Linked>, from: Linked, target: string): boolean {
  const visited = new Set<string>()
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (visited.has(at.id)) continue
    visited.add(at.id)
    for (const id of at.fallback_sender_ids) {
      if (id === target) return true
      const next = known.get(id)
      if (next !== undefined) open.push(next)
    }
  }
  return false
}

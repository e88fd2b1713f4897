import { type Mailing, prepareMailing } from '../message/recipient.ts'
import type { SenderIdentity } from '../senders/target.ts'
import { listVariants } from '../store/dispatches.ts'
import type { DispatchRef } from '../store/tables.ts'
import type { EngineDeps } from './deps.ts'

const mostKept = 100

/** Compiled variants of the dispatches at work, by variant id. What was frozen never changes, so it is read once. */
export interface Mailings {
  of(ref: DispatchRef, from: SenderIdentity): Promise<ReadonlyMap<string, Mailing>>
}

export function createMailings(deps: Pick<EngineDeps, 'db' | 'keys' | 'http'>): Mailings {
  const kept = new Map<
    string,
    { readonly from: SenderIdentity; readonly mailings: Promise<ReadonlyMap<string, Mailing>> }
  >()

  async function prepare(ref: DispatchRef, from: SenderIdentity) {
    const variants = await deps.db.withTenant(ref.tenantId, (trx) => listVariants(trx, ref))
    return new Map(variants.map((variant) => [variant.variant_id, prepareMailing(deps, ref.tenantId, from, variant)]))
  }

  return {
    of(ref, from) {
      // A fallback sends from its own address.
      const key = `${ref.dispatchId} ${from.id}`
      const known = kept.get(key)
      if (known?.from === from) return known.mailings
      const mailings = prepare(ref, from)
      mailings.catch(() => kept.delete(key))
      kept.delete(key)
      kept.set(key, { from, mailings })
      if (kept.size > mostKept) kept.delete(kept.keys().next().value as string)
      return mailings
    },
  }
}

import { type Mailing, prepareMailing } from '../message/recipient.ts'
import type { OpenSender } from '../senders/target.ts'
import { listVariants } from '../store/dispatches.ts'
import type { DispatchRef } from '../store/tables.ts'
import type { EngineDeps } from './engine.ts'

const mostKept = 100

/** Compiled variants of the dispatches at work, by variant id. What was frozen never changes, so it is read once. */
export interface Mailings {
  of(ref: DispatchRef, from: OpenSender): Promise<ReadonlyMap<string, Mailing>>
}

export function createMailings(deps: Pick<EngineDeps, 'db'>): Mailings {
  const kept = new Map<
    string,
    { readonly from: OpenSender; readonly mailings: Promise<ReadonlyMap<string, Mailing>> }
  >()

  async function prepare(ref: DispatchRef, from: OpenSender) {
    const variants = await deps.db.withTenant(ref.tenantId, (trx) => listVariants(trx, ref))
    return new Map(variants.map((variant) => [variant.variant_id, prepareMailing(ref.tenantId, from, variant)]))
  }

  return {
    of(ref, from) {
      const known = kept.get(ref.dispatchId)
      if (known?.from === from) return known.mailings
      const mailings = prepare(ref, from)
      mailings.catch(() => kept.delete(ref.dispatchId))
      kept.delete(ref.dispatchId)
      kept.set(ref.dispatchId, { from, mailings })
      if (kept.size > mostKept) kept.delete(kept.keys().next().value as string)
      return mailings
    },
  }
}

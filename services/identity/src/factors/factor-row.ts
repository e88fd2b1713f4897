import type { FactorKind } from '../contract/factors.ts'
import type { Row } from '../store/schema.ts'

/** A factor that nobody has confirmed yet, without what its kind keeps. */
export function newFactorRow(factor: {
  id: string
  accountId: string
  kind: FactorKind
  name: string
  now: Date
}): Row<'identity.factor'> {
  return {
    id: factor.id,
    account_id: factor.accountId,
    kind: factor.kind,
    name: factor.name,
    sealed: null,
    last_step: null,
    credential_id: null,
    public_key: null,
    counter: 0,
    transports: [],
    created_at: factor.now,
    confirmed_at: null,
    last_used_at: null,
  }
}

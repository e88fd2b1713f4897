import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { insertNewAccount } from '../store/accounts.ts'
import type { Trx } from '../store/schema.ts'

/**
 * Makes an account for an address that its person has just proved to be theirs, by a link or by an issuer that is trusted with
 * it. Problem `identity.address_taken` when there is one already: never the account of somebody else.
 *
 * @param wanted.email in its normal form (`normaliseEmail`)
 * @param wanted.passwordHash of `choosePassword`; undefined for a person who signs in without a password
 */
export async function createAccount(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  { email, name, passwordHash }: { email: string; name: string; passwordHash: string | undefined },
): Promise<string> {
  const now = deps.clock.now()
  const id = await insertNewAccount(trx, {
    id: deps.ids.next(),
    email,
    name,
    password_hash: passwordHash ?? null,
    created_at: now,
    email_verified_at: now,
  })
  if (id === undefined) throw problem('address_taken')
  await recordAccountAudit(deps, trx, { accountId: id, action: 'account.created', actor: { kind: 'person', id } })
  return id
}

import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Me } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { getMe } from '../sessions/sign-in.ts'
import { renameAccount } from '../store/accounts.ts'

export async function renamePerson(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  userId: string,
  name: string,
): Promise<Me> {
  await deps.db.transaction(async (trx) => {
    await renameAccount(trx, userId, name)
    await recordAccountAudit(deps, trx, { accountId: userId, action: 'account.renamed' })
  })
  return getMe(deps, userId)
}

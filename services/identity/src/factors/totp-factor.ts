import type { z } from 'zod'
import type { NewTotp } from '../contract/factors.ts'
import { getAccount } from '../store/accounts.ts'
import { deletePendingFactors, insertFactor, listConfirmedFactors, takeTotpStep } from '../store/factors.ts'
import type { Row } from '../store/schema.ts'
import { newBytes } from '../tokens.ts'
import type { FactorDeps } from './deps.ts'
import { newFactorRow } from './factor-row.ts'
import { base32Of, totpStep, totpUri } from './totp.ts'

/** Begins with an authenticator app: the secret to scan. It counts for nothing until a code of it has come back. */
export async function beginTotp(
  deps: FactorDeps,
  accountId: string,
  name: string | undefined,
): Promise<z.input<typeof NewTotp>> {
  const secret = base32Of(newBytes(20))
  const id = deps.ids.next()
  const product = await deps.productName()
  return deps.db.transaction(async (trx) => {
    await deletePendingFactors(trx, accountId, 'totp')
    await insertFactor(trx, {
      ...newFactorRow({ id, accountId, kind: 'totp', name: name ?? 'Authenticator app', now: deps.clock.now() }),
      sealed: deps.keys.seal(secret, sealContext(id)),
    })
    const { email } = await getAccount(trx, accountId)
    return { factorId: id, secret, uri: totpUri({ secret, email, product }) }
  })
}

/** The time step of a code for this authenticator app, or undefined when it is not one of now. */
export function stepOf(
  deps: Pick<FactorDeps, 'keys' | 'clock'>,
  factor: Row<'identity.factor'>,
  code: string,
): number | undefined {
  return totpStep(deps.keys.open(factor.sealed ?? '', sealContext(factor.id)), code, deps.clock.now())
}

/** Whether it is a code of one of the person's authenticator apps that was not taken before. */
export async function takeTotp(deps: FactorDeps, accountId: string, code: string): Promise<boolean> {
  const factors = await deps.db.transaction((trx) => listConfirmedFactors(trx, accountId))
  for (const factor of factors.filter(({ kind }) => kind === 'totp')) {
    const step = stepOf(deps, factor, code)
    if (step === undefined) continue
    if (await deps.db.transaction((trx) => takeTotpStep(trx, factor, step, deps.clock.now()))) return true
  }
  return false
}

function sealContext(factorId: string): string {
  return `identity/factor/${factorId}/totp`
}

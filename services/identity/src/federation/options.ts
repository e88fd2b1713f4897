import type { ExternalSignIn, SignInOptions } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { findSsoOfDomain } from '../store/sso.ts'
import { enabledProviders, type PartyRef } from './parties.ts'

type Needed = Pick<Deps, 'db' | 'config'>

/** With whom one can sign in. What a domain leads to is public; whether anybody has an account is not looked at. */
export async function getSignInOptions({ db, config }: Needed, domain: string | undefined): Promise<SignInOptions> {
  const found = domain === undefined ? undefined : await db.transaction((trx) => findSsoOfDomain(trx, domain))
  return {
    providers: [...enabledProviders(config)],
    sso: found === undefined || domain === undefined ? null : { domain, required: found.required },
  }
}

/** Problem `identity.federation_off` for a domain that no workspace has proven, or a provider that is not set up. */
export async function refOfWanted({ db }: Pick<Needed, 'db'>, wanted: ExternalSignIn): Promise<PartyRef> {
  if ('provider' in wanted) return { kind: 'vendor', id: wanted.provider }
  const found = await db.transaction((trx) => findSsoOfDomain(trx, wanted.domain))
  if (found === undefined) throw problem('federation_off')
  return { kind: 'sso', tenantId: found.tenantId }
}

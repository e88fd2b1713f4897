import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { signToken, type TokenKind, verifyToken } from './signed-token.ts'

/** One call between processes: from whom, to whom, and in which workspace's name. */
export interface ServiceClaims {
  /** The service that calls. */
  readonly from: string
  /** The service that is called; a token for one is worth nothing to another. */
  readonly to: string
  /** The workspace that the call is about; undefined for one about none. */
  readonly tenantId: string | undefined
}

const Claims = z.object({
  sub: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  to: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  tid: z.uuid().optional(),
})

const kind: TokenKind = { typ: 'service+jwt', audience: 'fanfare:service', lifeSeconds: 60, claims: ['to'] }

type TokenDeps = Pick<Deps, 'clock' | 'ids' | 'signingKeys'>

/** A token of a minute for a contract that is called in another process of this installation. */
export function issueServiceToken(deps: TokenDeps, { from, to, tenantId }: ServiceClaims): Promise<string> {
  const claims = Claims.parse({ sub: from, to, tid: tenantId })
  return signToken(deps, kind, claims)
}

/** Whom a call comes from; undefined for a token that is not ours, not for this service or has run out. */
export async function verifyServiceToken(
  deps: Omit<TokenDeps, 'ids'>,
  { token, to }: { token: string; to: string },
): Promise<ServiceClaims | undefined> {
  const claims = Claims.safeParse(await verifyToken(deps, kind, token)).data
  return claims?.to === to ? { from: claims.sub, to, tenantId: claims.tid } : undefined
}

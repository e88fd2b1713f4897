import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { signToken, type TokenKind, verifyToken } from './signed-token.ts'

export const accessTokenSeconds = 15 * 60

/** RFC 9068. What it names is read from the database at each use: it says who it was given to, not what they may. */
const kind: TokenKind = {
  typ: 'at+jwt',
  audience: 'fanfare:api',
  lifeSeconds: accessTokenSeconds,
  claims: ['sid', 'ver'],
}

const Claims = z.object({ sub: z.uuid(), sid: z.uuid(), ver: z.int().min(1) })

export interface AccessClaims {
  readonly accountId: string
  readonly sessionId: string
  /** The version of the session that it was given to. */
  readonly version: number
}

type TokenDeps = Pick<Deps, 'clock' | 'ids' | 'signingKeys'>

export function issueAccessToken(deps: TokenDeps, { accountId, sessionId, version }: AccessClaims): Promise<string> {
  return signToken(deps, kind, { sub: accountId, sid: sessionId, ver: version })
}

/** Undefined for anything but an access token of this installation that has not run out. */
export async function verifyAccessToken(
  deps: Omit<TokenDeps, 'ids'>,
  token: string,
): Promise<AccessClaims | undefined> {
  const claims = Claims.safeParse(await verifyToken(deps, kind, token)).data
  return claims && { accountId: claims.sub, sessionId: claims.sid, version: claims.ver }
}

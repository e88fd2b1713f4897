import { accessTokenSeconds, issueAccessToken } from '../access-tokens/access-token.ts'
import type { Tokens } from '../contract/session.ts'
import type { Deps } from '../deps.ts'
import type { OpenedSession } from './open-session.ts'

/**
 * What the reply to a sign-in, a refresh or a step-up gives to a program; undefined when the session is a browser's, whose
 * reply has cookies instead. Call it after the transaction.
 */
export async function tokensOf(
  deps: Pick<Deps, 'clock' | 'ids' | 'signingKeys'>,
  opened: OpenedSession,
): Promise<Tokens | undefined> {
  if (opened.carrier === 'cookie') return undefined
  return {
    tokenType: 'Bearer',
    accessToken: await issueAccessToken(deps, opened),
    expiresInSeconds: accessTokenSeconds,
    refreshToken: opened.token,
    factorNeeded: opened.partial,
  }
}

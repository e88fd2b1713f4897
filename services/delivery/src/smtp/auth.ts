import { createHmac } from 'node:crypto'
import type { Reply } from './replies.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Sends one line and waits for its reply. */
export type Exchange = (line: string) => Promise<Reply>

/**
 * Signs in by the best mechanism that the server names: PLAIN (RFC 4616), LOGIN, or CRAM-MD5 (RFC 2195) where it offers
 * nothing else. Resolves to the server's last word: 235 when it agreed.
 */
export async function authenticate(
  exchange: Exchange,
  offered: readonly string[],
  { username, password }: Credentials,
): Promise<Pick<Reply, 'code' | 'text'>> {
  const encode = (text: string) => Buffer.from(text, 'utf8').toString('base64')
  if (offered.includes('PLAIN')) return exchange(`AUTH PLAIN ${encode(`\0${username}\0${password}`)}`)
  if (offered.includes('LOGIN')) {
    const asked = await exchange('AUTH LOGIN')
    if (asked.code !== 334) return asked
    const named = await exchange(encode(username))
    return named.code === 334 ? exchange(encode(password)) : named
  }
  if (offered.includes('CRAM-MD5')) {
    const challenge = await exchange('AUTH CRAM-MD5')
    if (challenge.code !== 334) return challenge
    const digest = createHmac('md5', password)
      .update(Buffer.from(challenge.text.slice(4), 'base64'))
      .digest('hex')
    return exchange(encode(`${username} ${digest}`))
  }
  const names = offered.length === 0 ? 'none' : offered.join(', ')
  return { code: 504, text: `504 The server offers no way to sign in that we know (it offers ${names})` }
}

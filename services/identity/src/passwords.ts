import { createHash, randomUUID } from 'node:crypto'
import bcrypt from 'bcrypt'

export interface Passwords {
  /** Slow on purpose: call it outside of any transaction. */
  hash(password: string): Promise<string>
  /** Takes as long for an account that does not exist (`hash` undefined) as for a wrong password. */
  matches(password: string, hash: string | undefined): Promise<boolean>
}

export function createPasswords(cost: number): Passwords {
  const nobody = bcrypt.hash(digest(randomUUID()), cost)
  return {
    hash: (password) => bcrypt.hash(digest(password), cost),
    matches: async (password, hash) => {
      const equal = await bcrypt.compare(digest(password), hash ?? (await nobody))
      return equal && hash !== undefined
    },
  }
}

/** bcrypt reads 72 bytes and stops at a NUL; 44 characters of base64 keep the whole password in play. */
function digest(password: string): string {
  return createHash('sha256').update(password, 'utf8').digest('base64')
}

import { createHash, randomUUID } from 'node:crypto'
import bcrypt from 'bcrypt'

export interface Passwords {
  /** Slow on purpose: call it outside of any transaction. */
  hash(password: string): Promise<string>
  /**
   * Takes as long for an account that does not exist, or has no password (`hash` null or undefined), as for a wrong password,
   * also one whose hash was made when less cost was set.
   */
  matches(password: string, hash: string | null | undefined): Promise<boolean>
  /** Whether the hash was made at the cost that is set now. */
  isCurrent(hash: string): boolean
}

export function createPasswords(cost: number): Passwords {
  const nobody = bcrypt.hash(digest(randomUUID()), cost)
  return {
    hash: (password) => bcrypt.hash(digest(password), cost),
    matches: async (password, hash) => {
      const equal = await bcrypt.compare(digest(password), hash ?? (await nobody))
      if (hash) await makeUp(bcrypt.getRounds(hash), cost)
      return equal && hash !== undefined && hash !== null
    },
    isCurrent: (hash) => bcrypt.getRounds(hash) === cost,
  }
}

/** Each step doubles the work, so the steps between take just what is missing: 2^10 + 2^10 + 2^11 = 2^12. */
async function makeUp(from: number, to: number): Promise<void> {
  for (let cost = from; cost < to; cost += 1) await bcrypt.hash('', cost)
}

/** bcrypt reads 72 bytes and stops at a NUL; 44 characters of base64 keep the whole password in play. */
function digest(password: string): string {
  return createHash('sha256').update(password, 'utf8').digest('base64')
}

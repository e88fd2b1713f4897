import { createHash } from 'node:crypto'
import type { Egress, Logger } from '@fanfare/kernel'

/** Knows passwords that were in a breach. */
export interface BreachList {
  /** False as well when the list cannot be asked: that keeps nobody from choosing a password. */
  holds(password: string): Promise<boolean>
}

export const noBreachList: BreachList = { holds: async () => false }

const timeoutMs = 2_500

/**
 * Asks by range (k-anonymity): only the first 5 of 40 hex digits of the SHA-1 leave, and the reply is padded, so that neither
 * its reader nor the size of it tells the password. https://haveibeenpwned.com/API/v3#PwnedPasswords
 *
 * @param url what the five digits are appended to, such as `https://api.pwnedpasswords.com/range/`
 */
export function createBreachList(egress: Egress, log: Logger, url: string): BreachList {
  return {
    async holds(password) {
      const digest = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase()
      try {
        return countOf(await ask(egress, url + digest.slice(0, 5)), digest.slice(5)) > 0
      } catch (error) {
        log.warn({ err: error }, 'the list of breached passwords did not answer; a password was taken without it')
        return false
      }
    },
  }
}

async function ask(egress: Egress, url: string): Promise<string> {
  const headers = { 'add-padding': 'true', 'user-agent': 'fanfare' }
  const reply = await egress.fetch(url, { headers, timeoutMs, maxBytes: 1_000_000, trust: 'operator' })
  if (!reply.ok) throw new Error(`the list of breached passwords answered ${reply.status}`)
  return reply.text()
}

/** Padding is made of suffixes with the count 0. */
function countOf(lines: string, suffix: string): number {
  for (const line of lines.split('\n')) {
    const [found = '', count = '0'] = line.trim().split(':')
    if (found.toUpperCase() === suffix) return Number(count)
  }
  return 0
}

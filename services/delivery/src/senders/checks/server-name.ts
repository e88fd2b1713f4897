import { isIP } from 'node:net'
import { answerOf } from '../../dns/answers.ts'
import type { Resolver } from '../../dns/resolver.ts'
import { type Check, check } from './check.ts'

/** A sending server's address must lead to a name and back (RFC 1912 §2.1). @param host empty for a provider's servers */
export async function checkServerName(resolver: Resolver, host: string): Promise<Check> {
  if (host === '') return check('ptr', 'skipped', 'The addresses that messages leave from are your provider’s')
  const addresses = isIP(host) ? [host] : await addressesOf(resolver, host)
  for (const address of addresses) {
    for (const name of await recordsOf(resolver.reverse(address))) {
      if ((await addressesOf(resolver, name)).includes(address)) {
        return check('ptr', 'pass', `${address} is ${name}, and back`)
      }
    }
  }
  const [address] = addresses
  const text = `${host} has no address whose name leads back to it; have the owner of the address set one, unless ${host} is a relay that sends from another`
  const record = address === undefined || isIP(host) ? null : { name: address, type: 'PTR' as const, value: host }
  return check('ptr', 'warn', text, record)
}

async function addressesOf(resolver: Resolver, host: string): Promise<string[]> {
  const found = await Promise.all([recordsOf(resolver.resolve4(host)), recordsOf(resolver.resolve6(host))])
  return found.flat()
}

async function recordsOf(question: Promise<string[]>): Promise<readonly string[]> {
  const answer = await answerOf(question)
  return answer.kind === 'found' ? answer.records : []
}

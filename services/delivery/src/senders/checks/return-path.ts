import { answerOf } from '../../dns/answers.ts'
import { areAligned } from '../../dns/names.ts'
import type { Resolver } from '../../dns/resolver.ts'
import { type Check, check } from './check.ts'

/** Where bounces go, and whether SPF counts for DMARC: it does for the domain of the return path. */
export async function checkReturnPath(resolver: Resolver, domain: string, returnPathDomain: string): Promise<Check> {
  if (returnPathDomain === '' || returnPathDomain === domain) {
    return check('return_path', 'pass', `Bounces go to an address at ${domain} itself`)
  }
  const mx = await answerOf(resolver.resolveMx(returnPathDomain))
  if (mx.kind === 'failed') {
    return check(
      'return_path',
      'warn',
      `${returnPathDomain} could not be looked up (${mx.reason}); try again in a while`,
    )
  }
  if (mx.kind === 'none') {
    const text = `Bounces go to ${returnPathDomain}, which takes no mail: publish an MX record with the server that takes them`
    const value = `10 ${returnPathDomain}`
    return check('return_path', 'fail', text, { name: returnPathDomain, type: 'MX', value })
  }
  if (!areAligned(domain, returnPathDomain)) {
    const text = `The return path ${returnPathDomain} is not of ${domain}, so SPF does not count for DMARC and all rests on DKIM; use a name below ${domain}`
    return check('return_path', 'warn', text)
  }
  return check('return_path', 'pass', `Bounces go to ${returnPathDomain}, which is aligned with ${domain}`)
}

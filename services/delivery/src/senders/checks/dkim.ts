import { checkPublication } from '../../dkim/publication.ts'
import { keyRecord, type PublishedKey } from '../../dkim/record.ts'
import { withParents } from '../../dns/names.ts'
import type { Resolver } from '../../dns/resolver.ts'
import { findTextRecords, readTags } from '../../dns/text-records.ts'
import { type Check, check } from './check.ts'

/** A key of the workspace for the sender's domain or one above it. */
export interface OwnKey extends PublishedKey {
  readonly state: 'new' | 'active' | 'retired'
}

/** Names under which the common services publish their DKIM keys; a selector cannot be listed. */
const selectors = ['default', 'fanfare', 'google', 'selector1', 'selector2', 's1', 's2', 'k1', 'mail', 'dkim', 'smtp']

/** @param signsElsewhere the provider signs: our keys are not used */
export async function checkDkim(
  resolver: Resolver,
  domain: string,
  keys: readonly OwnKey[],
  signsElsewhere: boolean,
): Promise<Check> {
  const nearest = withParents(domain).find((name) => keys.some((key) => key.domain === name && key.state === 'active'))
  const active = keys.filter((key) => key.domain === nearest && key.state === 'active')
  if (active.length > 0 && !signsElsewhere) return checkActive(resolver, active)
  const known = await findSelectors(resolver, domain)
  if (known.length > 0) {
    const text = `${domain} publishes keys under: ${known.join(', ')}; make sure that your mail server signs with one`
    return check('dkim', 'pass', text)
  }
  const waiting = keys.find((key) => key.state === 'new' && withParents(domain).includes(key.domain))
  if (waiting && !signsElsewhere) {
    const { name, type, value } = keyRecord(waiting)
    return check('dkim', 'fail', `The key ${waiting.selector} does not sign yet; publish it, then activate it`, {
      name,
      type,
      value,
    })
  }
  const advice = signsElsewhere
    ? 'set up domain authentication at your provider'
    : 'make a signing key here, or make sure that your mail server signs, and with which selector'
  return check('dkim', 'warn', `No DKIM key under the usual names of ${domain}; ${advice}`)
}

async function checkActive(resolver: Resolver, active: readonly OwnKey[]): Promise<Check> {
  const publications = await Promise.all(active.map((key) => checkPublication(resolver, key)))
  const lost = publications.findIndex(({ published }) => !published)
  if (lost >= 0) {
    const { name, type, value } = keyRecord(active[lost] as OwnKey)
    return check('dkim', 'fail', publications[lost]?.text as string, { name, type, value })
  }
  const names = active.map(({ selector, algorithm }) => `${selector} (${algorithm})`).join(', ')
  return check('dkim', 'pass', `Every message is signed for ${active[0]?.domain} with ${names}`)
}

async function findSelectors(resolver: Resolver, domain: string): Promise<string[]> {
  const found = await Promise.all(
    selectors.map(async (selector) => {
      const answer = await findTextRecords(resolver, `${selector}._domainkey.${domain}`)
      const isKey = answer.kind === 'found' && answer.records.some((record) => readTags(record)?.get('p'))
      return isKey ? selector : []
    }),
  )
  return found.flat()
}

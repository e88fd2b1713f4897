import { withParents } from '../../dns/names.ts'
import type { Resolver } from '../../dns/resolver.ts'
import { findTextRecords, readTags } from '../../dns/text-records.ts'
import { type Check, check } from './check.ts'

const policies = ['none', 'quarantine', 'reject']

/** The record of the domain, or else of one above it (RFC 7489 §6.6.3). */
export async function checkDmarc(resolver: Resolver, domain: string): Promise<Check> {
  for (const name of withParents(domain)) {
    const answer = await findTextRecords(resolver, `_dmarc.${name}`)
    if (answer.kind === 'failed') {
      return check('dmarc', 'warn', `_dmarc.${name} could not be looked up (${answer.reason}); try again in a while`)
    }
    const records = answer.kind === 'none' ? [] : answer.records.filter((text) => /^v=DMARC1\s*(;|$)/i.test(text))
    const [record, ...more] = records
    if (record !== undefined) return judge(name, record, more.length > 0)
  }
  const text = `_dmarc.${domain} has no record; start with p=none and read the reports`
  return check('dmarc', 'fail', text, recordFor(domain))
}

function judge(domain: string, record: string, isOneOfMany: boolean): Check {
  const policy = readTags(record)?.get('p')?.toLowerCase()
  if (isOneOfMany) return check('dmarc', 'fail', `_dmarc.${domain} has several records, so none counts; keep one`)
  if (policy === undefined || !policies.includes(policy)) {
    const text = `The record of _dmarc.${domain} has no policy; it needs p=none, p=quarantine or p=reject: ${record}`
    return check('dmarc', 'fail', text, recordFor(domain))
  }
  return check('dmarc', 'pass', `${domain} publishes: ${record}`)
}

function recordFor(domain: string) {
  const value = `v=DMARC1; p=none; rua=mailto:dmarc@${domain}`
  return { name: `_dmarc.${domain}`, type: 'TXT' as const, value }
}

import { isIP } from 'node:net'
import type { Resolver } from '../../dns/resolver.ts'
import { findTextRecords } from '../../dns/text-records.ts'
import { type Check, check } from './check.ts'

/** More than this and receivers give up with a permanent error (RFC 7208 §4.6.4). */
const mostLookups = 10

/** @param host the server that messages leave by; empty for a provider's */
export async function checkSpf(resolver: Resolver, domain: string, host: string): Promise<Check> {
  const found = await findSpf(resolver, domain)
  const sends = { 0: ` a:${host}`, 4: ` ip4:${host}`, 6: ` ip6:${host}` }[isIP(host)] ?? ''
  const value = `v=spf1${host === '' ? '' : sends} ~all`
  if (found === 'failed') return check('spf', 'warn', `${domain} could not be looked up; try again in a while`)
  const [record, ...more] = found
  if (record === undefined) {
    const text = `${domain} has no SPF record; publish one with all that send for it (here ${host || 'your provider, by its include:'})`
    return check('spf', 'fail', text, { name: domain, type: 'TXT', value })
  }
  if (more.length > 0)
    return check('spf', 'fail', `${domain} has ${found.length} SPF records; keep one (RFC 7208 §4.5)`)
  if (/(^|\s)\+?all(\s|$)/i.test(record)) {
    const text = `${domain} lets everybody send in its name; end its record with ~all or -all`
    const mended = record.replace(/(^|\s)\+?all(\s|$)/i, '$1~all$2')
    return check('spf', 'fail', text, { name: domain, type: 'TXT', value: mended })
  }
  const lookups = await countLookups(resolver, record)
  if (lookups > mostLookups) {
    const text = `The SPF record of ${domain} takes more look-ups than the ${mostLookups} after which receivers stop; take out what no longer sends for it`
    return check('spf', 'fail', text)
  }
  return check('spf', 'pass', `${domain} publishes: ${record}`)
}

async function findSpf(resolver: Resolver, domain: string): Promise<readonly string[] | 'failed'> {
  const answer = await findTextRecords(resolver, domain)
  if (answer.kind === 'failed') return 'failed'
  return answer.kind === 'none' ? [] : answer.records.filter((record) => /^v=spf1(\s|$)/i.test(record))
}

/** As an evaluation counts them when nothing matches before the end, until there are too many. */
async function countLookups(resolver: Resolver, record: string): Promise<number> {
  let count = 0
  const waiting = [record]
  for (let next = waiting.pop(); next !== undefined && count <= mostLookups; next = waiting.pop()) {
    for (const term of next.split(/\s+/).slice(1)) {
      if (/^[+?~-]?((a|mx|ptr)([:/]|$)|exists:)/i.test(term)) count++
      const below = /^(?:[+?~-]?include:|redirect=)(\S+)$/i.exec(term)?.[1]
      if (below === undefined) continue
      count++
      // A name made of macros differs with each message.
      if (count > mostLookups || below.includes('%')) continue
      const found = await findSpf(resolver, below)
      if (found !== 'failed') waiting.push(...found.slice(0, 1))
    }
  }
  return count
}

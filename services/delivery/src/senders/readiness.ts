import { isIP } from 'node:net'
import type { z } from 'zod'
import { isProviderKind, type SenderCheck } from '../contract.ts'
import type { Deps } from '../deps.ts'
import type { Resolver } from '../dns/resolver.ts'
import { domainOf, wireAddress } from '../message/addresses.ts'
import { openAccount } from '../providers/account.ts'
import { SmtpSession } from '../smtp/session.ts'
import { getSender, type SenderRow } from '../store/senders.ts'
import { checkTrackingDomain } from '../tracking/domain.ts'
import { openSender } from './target.ts'

export type Check = z.output<typeof SenderCheck>

/** Names under which the common services publish their DKIM keys; a selector cannot be listed. */
const selectors = ['default', 'fanfare', 'google', 'selector1', 'selector2', 's1', 's2', 'k1', 'mail', 'dkim', 'smtp']

type CheckDeps = Pick<Deps, 'keys' | 'config' | 'sandbox' | 'egress' | 'clock' | 'http' | 'ids'>

/** What bulk senders are judged by, looked up now. Never throws for what it finds. */
export async function checkSender(
  deps: CheckDeps & Pick<Deps, 'db'>,
  resolver: Resolver,
  tenantId: string,
  senderId: string,
): Promise<Check[]> {
  const sender = await deps.db.withTenant(tenantId, (trx) => getSender(trx, tenantId, senderId))
  const domain = domainOf(wireAddress(sender.from_email) ?? sender.from_email)
  const connection = await checkConnection(deps, sender)
  const tracking = await checkTrackingDomain(deps, resolver, sender)
  if (sender.kind === 'sandbox') {
    const text = 'Not needed: sandbox messages stay in this installation'
    return [
      connection,
      ...(['spf', 'dkim', 'dmarc', 'ptr', 'from'] as const).map((name) => ({ name, state: 'skipped' as const, text })),
      tracking,
    ]
  }
  const found = await checkDomain(resolver, domain, sender.smtp?.host ?? '')
  const checks = [connection, ...found, checkFrom(sender), tracking]
  if (!isProviderKind(sender.kind)) return checks
  const text = 'Not ours: messages leave from the addresses of the provider'
  return checks.map((check) => (check.name === 'ptr' ? { name: 'ptr', state: 'skipped', text } : check))
}

/** What DNS says of the sender's domain and the server's name. */
export function checkDomain(resolver: Resolver, domain: string, host: string): Promise<Check[]> {
  return Promise.all([
    checkSpf(resolver, domain),
    checkDkim(resolver, domain),
    checkDmarc(resolver, domain),
    checkPtr(resolver, host),
  ])
}

async function checkConnection(deps: CheckDeps, sender: SenderRow): Promise<Check> {
  try {
    if (isProviderKind(sender.kind)) return { name: 'connection', ...(await openAccount(deps, sender).check()) }
    const { target } = await openSender(deps, sender)
    await using _session = await SmtpSession.open(target, deps.config)
    const signedIn = target.username === '' ? 'without signing in' : 'and took the password'
    return { name: 'connection', state: 'pass', text: `${target.host}:${target.port} answered ${signedIn}` }
  } catch (error) {
    return { name: 'connection', state: 'fail', text: error instanceof Error ? error.message : String(error) }
  }
}

async function checkSpf(resolver: Resolver, domain: string): Promise<Check> {
  const found = (await textRecords(resolver, domain)).filter((record) => /^v=spf1(\s|$)/i.test(record))
  if (found.length === 1) return { name: 'spf', state: 'pass', text: `${domain} publishes: ${found[0]}` }
  if (found.length > 1)
    return { name: 'spf', state: 'fail', text: `${domain} has ${found.length} SPF records; keep one (RFC 7208 §4.5)` }
  return { name: 'spf', state: 'fail', text: `${domain} has no SPF record; publish one that includes your mail server` }
}

async function checkDkim(resolver: Resolver, domain: string): Promise<Check> {
  const found = await Promise.all(
    selectors.map(async (selector) => {
      const records = await textRecords(resolver, `${selector}._domainkey.${domain}`)
      return records.some((record) => /\bp=[A-Za-z0-9+/]/.test(record)) ? selector : undefined
    }),
  )
  const known = found.filter((selector) => selector !== undefined)
  if (known.length > 0)
    return { name: 'dkim', state: 'pass', text: `${domain} publishes keys under: ${known.join(', ')}` }
  return {
    name: 'dkim',
    state: 'warn',
    text: `No DKIM key under the usual names of ${domain}; make sure your mail server signs, and with which selector`,
  }
}

async function checkDmarc(resolver: Resolver, domain: string): Promise<Check> {
  const record = (await textRecords(resolver, `_dmarc.${domain}`)).find((text) => /^v=DMARC1\s*;/i.test(text))
  if (record) return { name: 'dmarc', state: 'pass', text: `${domain} publishes: ${record}` }
  return { name: 'dmarc', state: 'fail', text: `_dmarc.${domain} has no record; start with: v=DMARC1; p=none` }
}

/** A sending server's address must lead to a name and back (RFC 1912 §2.1). */
async function checkPtr(resolver: Resolver, host: string): Promise<Check> {
  const addresses = isIP(host) ? [host] : await resolver.resolve4(host).catch((): string[] => [])
  for (const address of addresses) {
    for (const name of await resolver.reverse(address).catch((): string[] => [])) {
      const back = await resolver.resolve4(name).catch((): string[] => [])
      if (back.includes(address)) return { name: 'ptr', state: 'pass', text: `${address} is ${name}, and back` }
    }
  }
  return {
    name: 'ptr',
    state: 'warn',
    text: `${host} has no address whose name leads back to it; a relay may send from another`,
  }
}

function checkFrom(sender: SenderRow): Check {
  const missing = [
    ...(wireAddress(sender.from_email) === undefined ? ['an address that can be written to'] : []),
    ...(sender.postal_address === '' ? ['a postal address (CAN-SPAM asks for one)'] : []),
  ]
  if (missing.length > 0) return { name: 'from', state: 'warn', text: `The sender needs ${missing.join(' and ')}` }
  return { name: 'from', state: 'pass', text: `Sends as ${sender.from_name} <${sender.from_email}>` }
}

async function textRecords(resolver: Resolver, name: string): Promise<string[]> {
  const records = await resolver.resolveTxt(name).catch(() => [])
  return records.map((chunks) => chunks.join(''))
}

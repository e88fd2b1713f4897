import { type BulkVerdict, isProviderKind } from '../contract.ts'
import type { Deps } from '../deps.ts'
import type { Resolver } from '../dns/resolver.ts'
import { domainOf, wireAddress } from '../message/addresses.ts'
import { openAccount } from '../providers/account.ts'
import { SmtpSession } from '../smtp/session.ts'
import { listDkimKeyRows } from '../store/dkim-keys.ts'
import { getSender, type SenderRow } from '../store/senders.ts'
import { checkTrackingDomain } from '../tracking/domain.ts'
import { type Check, check } from './checks/check.ts'
import { checkDkim, type OwnKey } from './checks/dkim.ts'
import { checkDmarc } from './checks/dmarc.ts'
import { checkReturnPath } from './checks/return-path.ts'
import { checkServerName } from './checks/server-name.ts'
import { checkSpf } from './checks/spf.ts'
import { openSender } from './target.ts'

type ConnectDeps = Pick<Deps, 'keys' | 'config' | 'sandbox' | 'egress' | 'clock'>
type Needed = ConnectDeps & Pick<Deps, 'db' | 'http' | 'resolver' | 'ids'>

/** What bulk senders are judged by, looked up now. Never throws for what it finds. */
export async function checkSender(
  deps: Needed,
  tenantId: string,
  senderId: string,
): Promise<{ checks: Check[]; bulk: BulkVerdict }> {
  const { sender, keys } = await deps.db.withTenant(tenantId, async (trx) => ({
    sender: await getSender(trx, tenantId, senderId),
    keys: await listDkimKeyRows(trx, tenantId),
  }))
  if (sender.kind === 'sandbox') return checkSandbox(deps, sender)
  const domain = domainOf(wireAddress(sender.from_email) ?? sender.from_email)
  const byApi = isProviderKind(sender.kind)
  const facts: DomainFacts = {
    domain,
    host: sender.smtp?.host ?? '',
    returnPathDomain: byApi ? '' : sender.return_path_domain || deps.config.returnPathDomain,
    keys: keys.map((key) => ({ ...key, publicKey: key.public_key })),
    signsElsewhere: byApi,
  }
  const checks = [
    await checkConnection(deps, sender),
    ...(await checkDomain(deps.resolver, facts)),
    checkUnsubscribe(deps.http.publicUrl),
    checkFrom(sender),
    await checkTrackingDomain(deps, deps.resolver, sender),
  ]
  return { checks, bulk: judgeBulk(checks) }
}

export interface DomainFacts {
  /** Of the From address. */
  readonly domain: string
  /** The server that messages leave by; empty for a provider's. */
  readonly host: string
  /** Empty when bounces go to the From address. */
  readonly returnPathDomain: string
  readonly keys: readonly OwnKey[]
  readonly signsElsewhere: boolean
}

/** What DNS says of the sender's domain and the server's name. */
export function checkDomain(resolver: Resolver, facts: DomainFacts): Promise<Check[]> {
  const { domain, host, returnPathDomain, keys, signsElsewhere } = facts
  return Promise.all([
    // SPF is about the domain of the return path (RFC 7208 §2.4).
    checkSpf(resolver, returnPathDomain || domain, host),
    checkDkim(resolver, domain, keys, signsElsewhere),
    checkDmarc(resolver, domain),
    checkServerName(resolver, host),
    checkReturnPath(resolver, domain, returnPathDomain),
  ])
}

/** Of these each must be there; a warning is no proof. */
const proofs: ReadonlySet<Check['name']> = new Set(['spf', 'dkim', 'dmarc', 'unsubscribe'])

const spoken: Partial<Record<Check['name'], string>> = { spf: 'SPF', dkim: 'DKIM', dmarc: 'DMARC', ptr: 'PTR' }

/**
 * The rules for who sends more than 5,000 messages a day: https://support.google.com/a/answer/81126,
 * https://senders.yahooinc.com/best-practices/, and Microsoft's for Outlook.com, which refuses with 550 5.7.515.
 */
export function judgeBulk(checks: readonly Check[]): BulkVerdict {
  const open = checks.filter(({ name, state }) => state === 'fail' || (state === 'warn' && proofs.has(name)))
  if (open.length === 0) {
    return { state: 'pass', text: 'Ready for bulk: all that Google, Yahoo and Microsoft ask of bulk senders was found' }
  }
  const names = open.map(({ name }) => spoken[name] ?? name.replaceAll('_', ' ')).join(', ')
  const text = `Not ready for bulk: Google, Yahoo and Microsoft refuse or sort out more than 5,000 messages a day without these. Mend: ${names}`
  return { state: 'fail', text }
}

async function checkSandbox(deps: Needed, sender: SenderRow) {
  const text = 'Not needed: sandbox messages stay in this installation'
  const names = ['spf', 'dkim', 'dmarc', 'ptr', 'return_path', 'unsubscribe', 'from', 'tracking'] as const
  const checks = [await checkConnection(deps, sender), ...names.map((name) => check(name, 'skipped', text))]
  return { checks, bulk: { state: 'skipped' as const, text } }
}

async function checkConnection(deps: ConnectDeps, sender: SenderRow): Promise<Check> {
  try {
    if (isProviderKind(sender.kind)) {
      const { state, text } = await openAccount(deps, sender).check()
      return check('connection', state, text)
    }
    const { target } = await openSender(deps, sender)
    await using _session = await SmtpSession.open(target, deps.config)
    const signedIn = target.username === '' ? 'without signing in' : 'and took the password'
    return check('connection', 'pass', `${target.host}:${target.port} answered ${signedIn}`)
  } catch (error) {
    return check('connection', 'fail', error instanceof Error ? error.message : String(error))
  }
}

/** RFC 8058 §3.1 wants https; the two headers are in every message and in what our keys sign. */
function checkUnsubscribe(publicUrl: string): Check {
  if (publicUrl.startsWith('https:')) {
    return check('unsubscribe', 'pass', 'Every campaign message has the one-click headers (RFC 8058)')
  }
  const text = `One-click unsubscribing needs https, and links lead to ${publicUrl}; set FANFARE_HTTP_PUBLIC_URL to the https address of this installation`
  return check('unsubscribe', 'fail', text)
}

function checkFrom(sender: SenderRow): Check {
  const missing = [
    ...(wireAddress(sender.from_email) === undefined ? ['an address that can be written to'] : []),
    ...(sender.postal_address === '' ? ['a postal address (CAN-SPAM asks for one)'] : []),
  ]
  if (missing.length > 0) return check('from', 'warn', `The sender needs ${missing.join(' and ')}`)
  return check('from', 'pass', `Sends as ${sender.from_name} <${sender.from_email}>`)
}

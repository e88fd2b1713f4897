import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { domainOf, wireAddress } from '../message/addresses.ts'
import { ConnectionTrouble, type SmtpTarget } from '../smtp/session.ts'
import type { SenderRow } from '../store/senders.ts'
import { provenDomainOf } from '../tracking/domain.ts'
import { sealContext } from './secrets.ts'

/** Whom a sender's messages are from, as the wire wants it. */
export interface SenderIdentity {
  readonly id: string
  readonly name: string
  readonly address: string
  /** Of the address: what Message-IDs end in. */
  readonly domain: string
  readonly replyTo: string
  /** Empty when bounces go to the sender's address. */
  readonly returnPathDomain: string
  readonly postalAddress: string
  /** The host of its links; empty for this installation's. */
  readonly trackingDomain: string
}

/** A sender by SMTP ready to be used, its password opened. */
export interface OpenSender extends SenderIdentity {
  readonly target: SmtpTarget
}

export function identityOf({ config }: Pick<Deps, 'config'>, sender: SenderRow): SenderIdentity {
  const address = wireAddress(sender.from_email) ?? sender.from_email
  return {
    id: sender.id,
    name: sender.from_name,
    address,
    domain: domainOf(address),
    replyTo: sender.reply_to === '' ? '' : (wireAddress(sender.reply_to) ?? ''),
    returnPathDomain: sender.return_path_domain || (sender.kind === 'sandbox' ? '' : config.returnPathDomain),
    postalAddress: sender.postal_address,
    trackingDomain: provenDomainOf(sender),
  }
}

/** Of a sender by SMTP; see `openAccount` for those by a provider's API. Problems: `delivery.sender_private_server`, `delivery.sender_incomplete`, `keys.unreadable`. */
export async function openSender(
  deps: Pick<Deps, 'keys' | 'config' | 'sandbox'>,
  sender: SenderRow,
): Promise<OpenSender> {
  const identity = identityOf(deps, sender)
  return { ...identity, target: await targetOf(deps, sender, identity.domain) }
}

async function targetOf(
  { keys, config, sandbox }: Pick<Deps, 'keys' | 'config' | 'sandbox'>,
  sender: SenderRow,
  name: string,
) {
  if (sender.kind === 'sandbox') {
    const { host, port, password } = sandbox
    return { host, address: host, port, tls: 'none' as const, username: sender.tenant_id, password, name }
  }
  if (sender.smtp === null) throw problem('sender_incomplete')
  const { host, port, tls, username } = sender.smtp
  const password = sender.password === null ? '' : keys.open(sender.password, sealContext(sender.tenant_id, sender.id))
  const address = config.allowPrivateSmtp ? host : await publicAddressOf(host)
  return { host, address, port, tls, username, password, name }
}

/** Looked up once: a name that answered differently the second time would lead around the check. */
export async function publicAddressOf(host: string): Promise<string> {
  const addresses = isIP(host) ? [{ address: host }] : await lookup(host, { all: true }).catch(() => [])
  const found = addresses.find(({ address }) => isPrivate(address))
  if (found) throw problem('sender_private_server', { detail: { host, address: found.address } })
  const [first] = addresses
  if (first === undefined) throw new ConnectionTrouble(`${host} has no address`)
  return first.address
}

const privateRanges = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const
const privateAddresses = new BlockList()
for (const [network, prefix] of privateRanges) {
  privateAddresses.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4')
}

/** BlockList reads an IPv4 address written as IPv6 as the IPv4 one. */
export function isPrivate(address: string): boolean {
  return privateAddresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

export function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

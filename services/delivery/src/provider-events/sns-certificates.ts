import { X509Certificate } from 'node:crypto'
import type { Clock, Egress } from '@fanfare/kernel'
import { problem } from '../errors.ts'
import { snsHostOf } from './sns.ts'

/** Certificates that SNS signs with, read over TLS from SNS itself and kept. */
export interface SnsCertificates {
  /**
   * The certificate at an address that a message of the topic names.
   * Problems: `delivery.events_unsigned` for an address or a certificate that is not SNS's, `delivery.events_unverified`
   * when it cannot be had now.
   */
  get(url: string, topicArn: string): Promise<X509Certificate>
}

const mostKept = 50
const mostBytes = 50_000
/** A certificate that could not be had is not asked for with every message. */
const refusalMs = 30_000
/** SNS has few; who names more is guessing. */
const mostPerMinute = 20

export function createSnsCertificates(deps: {
  readonly egress: Pick<Egress, 'fetch'>
  readonly clock: Clock
}): SnsCertificates {
  const kept = new Map<string, { readonly chain: Promise<readonly X509Certificate[]>; failedAt: number | undefined }>()

  let asked: number[] = []

  function load(url: string): Promise<readonly X509Certificate[]> {
    const known = kept.get(url)
    const now = deps.clock.now().getTime()
    if (known && (known.failedAt === undefined || now - known.failedAt < refusalMs)) return known.chain
    asked = asked.filter((ms) => now - ms < 60_000)
    if (asked.length >= mostPerMinute) throw unverified('too many certificates are asked for')
    asked.push(now)
    const entry = { chain: fetchChain(deps.egress, url), failedAt: undefined as number | undefined }
    entry.chain.catch(() => {
      entry.failedAt = deps.clock.now().getTime()
    })
    kept.delete(url)
    kept.set(url, entry)
    if (kept.size > mostKept) kept.delete(kept.keys().next().value as string)
    return entry.chain
  }

  return {
    async get(url, topicArn) {
      if (!isSigningCertUrl(url, topicArn))
        throw unsigned('their certificate is not at the address of SNS for the topic')
      const chain = await load(url)
      const fault = chainFault(chain, new URL(url).hostname, deps.clock.now())
      if (fault !== undefined) throw unsigned(fault)
      return chain[0] as X509Certificate
    },
  }
}

/** Of the topic's own region, so that the host is one that nobody but AWS can have. */
export function isSigningCertUrl(text: string, topicArn: string): boolean {
  const host = snsHostOf(topicArn)
  return (
    host !== undefined &&
    new RegExp(`^https://${RegExp.escape(host)}/SimpleNotificationService-[0-9a-f]{8,64}\\.pem$`).test(text)
  )
}

async function fetchChain(egress: Pick<Egress, 'fetch'>, url: string): Promise<readonly X509Certificate[]> {
  try {
    const reply = await egress.fetch(url, { maxBytes: mostBytes, timeoutMs: 5_000 })
    const text = await reply.text()
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    if (reply.status !== 200 || blocks.length === 0) throw new Error(`it was answered by ${reply.status}`)
    return blocks.slice(0, 5).map((block) => new X509Certificate(block))
  } catch (cause) {
    throw unverified(`the certificate cannot be had: ${cause instanceof Error ? cause.message : cause}`, cause)
  }
}

/**
 * Why certificates are not those of SNS just now. SNS gives the leaf alone; that it is SNS's is known from where it was read,
 * over TLS. What comes with it must have issued it.
 */
export function chainFault(chain: readonly X509Certificate[], host: string, now: Date): string | undefined {
  const [leaf] = chain
  if (leaf === undefined) return 'there is no certificate'
  const generic = host.endsWith('.cn') ? 'sns.amazonaws.com.cn' : 'sns.amazonaws.com'
  if (leaf.checkHost(generic) === undefined && leaf.checkHost(host) === undefined) {
    return 'their certificate is of somebody else than SNS'
  }
  if (leaf.ca) return 'their certificate is one that issues others'
  if (leaf.publicKey.asymmetricKeyType !== 'rsa') return 'their certificate has a key of another kind'
  if ((leaf.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2_048)
    return 'the key of their certificate is too short'
  for (const [index, certificate] of chain.entries()) {
    const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)]
    if (now < from || now > to)
      return `their certificate is good from ${from.toISOString()} to ${to.toISOString()} only`
    const issuer = chain[index + 1]
    if (issuer === undefined) continue
    if (!issuer.ca || !certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) {
      return 'their certificates do not issue one another'
    }
  }
  return undefined
}

function unsigned(reason: string) {
  return problem('events_unsigned', { detail: { reason } })
}

function unverified(reason: string, cause?: unknown) {
  return problem('events_unverified', { detail: { reason }, cause })
}

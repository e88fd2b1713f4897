import { z } from 'zod'
import { DnsRecord } from './dns-record.ts'

/** A host name in ASCII with at least two labels, and no address: `links.example.com`. */
const hostName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/**
 * The host of a sender's links, reached by https; empty for this installation's own. A name that reached us in a request is
 * never used to write a link.
 */
export const TrackingDomain = z.union([
  z.literal(''),
  z
    .string()
    .trim()
    .toLowerCase()
    .regex(
      hostName,
      'Use a host name without https:// or a path, such as links.example.com; ASCII (xn--…) if it is not Latin',
    ),
])

/** What makes a tracking domain work. Links use it once a check of the sender has found everything in place. */
export const TrackingDomainSetup = z.object({
  domain: z.string().describe('Empty when the sender has none'),
  inUse: z.boolean().describe('Whether links are written with it: it was proven to lead here'),
  records: z.array(DnsRecord),
})

import { z } from 'zod'

/** A record to publish, each part fit to be copied. */
export const DnsRecord = z.object({
  name: z.string(),
  type: z.enum(['CNAME', 'A', 'AAAA', 'TXT', 'PTR', 'MX']),
  value: z.string(),
})
export type DnsRecord = z.infer<typeof DnsRecord>

import { z } from 'zod'
import { asciiDomain } from '../message/addresses.ts'
import { DnsRecord } from './dns-record.ts'

export const dkimAlgorithms = ['rsa-sha256', 'ed25519-sha256'] as const
export type DkimAlgorithm = (typeof dkimAlgorithms)[number]
/** `new`: to be published. `active`: signs. `retired`: signs no more; its record stays for messages on their way. */
export const dkimKeyStates = ['new', 'active', 'retired'] as const

/** A domain of two labels or more, taken in any script, kept in lower-case ASCII. */
const DomainName = z
  .string()
  .trim()
  .max(253)
  .transform((text) => asciiDomain(text) ?? '')
  .pipe(z.string().regex(/\./, 'Use a domain such as example.com'))
const Selector = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'Use letters, digits and hyphens')

export const NewDkimKey = z.object({
  domain: DomainName,
  algorithm: z.enum(dkimAlgorithms).default('rsa-sha256'),
  /** Under which the key is published; made up when left out. */
  selector: Selector.optional(),
})
export type NewDkimKey = z.infer<typeof NewDkimKey>

/** A signing key of a domain. The private half is stored sealed and never leaves. */
export const DkimKey = z.object({
  id: z.uuid(),
  domain: z.string(),
  selector: z.string(),
  algorithm: z.enum(dkimAlgorithms),
  state: z.enum(dkimKeyStates),
  /** To be published before the key can sign. A TXT record is made of strings of at most 255 octets: `strings` has them. */
  record: DnsRecord.extend({ strings: z.array(z.string()) }),
  createdAt: z.iso.datetime(),
  activatedAt: z.iso.datetime().nullable(),
  retiredAt: z.iso.datetime().nullable(),
})
export type DkimKey = z.infer<typeof DkimKey>

/** What DNS says of a key now. */
export const DkimPublication = z.object({
  published: z.boolean(),
  text: z.string().describe('What was found, and what to do when it is not the key'),
})
export type DkimPublication = z.infer<typeof DkimPublication>

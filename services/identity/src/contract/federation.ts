import { z } from 'zod'
import { providerIds } from '../federation/providers.ts'
import { roles } from '../permissions.ts'

/** A domain as DNS has it; names in other scripts in their ASCII form. */
export const DomainName = z
  .string()
  .trim()
  .max(253)
  .transform((text) => text.toLowerCase().replace(/\.$/, ''))
  .refine((text) => /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(text), {
    error: 'Give a domain such as example.com',
  })

/** How one may sign in here, said before anybody has. */
export const SignInOptions = z.object({
  providers: z.array(z.object({ id: z.enum(providerIds), name: z.string() })),
  sso: z
    .object({ domain: z.string(), required: z.boolean().describe('Whether its members may sign in no other way') })
    .nullable()
    .describe('The single sign-on of the domain asked for; says nothing about any account'),
})
export type SignInOptions = z.infer<typeof SignInOptions>

const ReturnTo = z.string().max(2_000).optional().describe('Path of the console to go to afterwards')
/** With whom: one of the vendors, or the single sign-on of the domain of one's address. */
export const ExternalSignIn = z.union([
  z.object({ provider: z.enum(providerIds), returnTo: ReturnTo }),
  z.object({ domain: DomainName.describe('What follows the @ of the address'), returnTo: ReturnTo }),
])
export type ExternalSignIn = z.output<typeof ExternalSignIn>
/** Where the browser goes now; it must keep the cookies of this reply. */
export const Departed = z.object({ url: z.url() })

const LinkedProvider = z.enum([...providerIds, 'sso'])
export const ExternalAccount = z.object({
  id: z.uuid(),
  provider: LinkedProvider,
  providerName: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  pictureUrl: z.string().nullable().describe('As the provider says; never fetched by Fanfare'),
  linkedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
})
export type ExternalAccount = z.infer<typeof ExternalAccount>
export const ExternalAccounts = z.object({
  rows: z.array(ExternalAccount),
  linkable: z.array(z.object({ id: z.enum(providerIds), name: z.string() })).describe('Providers not linked yet'),
  sso: z.string().nullable().describe("The domain of the account's own single sign-on, when it is not linked yet"),
})
export type ExternalAccounts = z.infer<typeof ExternalAccounts>

const DefaultRole = z.enum(roles).exclude(['owner']).describe('Role of who comes in for the first time; never owner')

const Issuer = z
  .url({ protocol: /^https?$/, error: 'Give the issuer as a URL, such as https://login.example.com' })
  .max(500)
  .refine((text) => !/[?#]/.test(text), { error: 'Leave out ? and #: an issuer has neither' })

/** The single sign-on of a workspace, without its secret. */
export const SsoConnection = z.object({
  issuer: z.string(),
  clientId: z.string(),
  defaultRole: DefaultRole,
  required: z.boolean().describe('Whether members with an address of a verified domain, except owners, must use it'),
  mfaCounts: z
    .boolean()
    .describe("Whether the issuer's word that more than one factor was given saves the second step"),
  changedAt: z.iso.datetime(),
})
export type SsoConnection = z.infer<typeof SsoConnection>
export const SsoSettings = z.object({
  connection: SsoConnection.nullable(),
  redirectUri: z.string().describe('To be registered at the issuer, exactly so'),
})
export type SsoSettings = z.infer<typeof SsoSettings>
export const SsoConnectionChange = z.object({
  issuer: Issuer,
  clientId: z.string().trim().min(1).max(500),
  clientSecret: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe('Written only; without it the one before stays, as long as issuer and client id do'),
  defaultRole: DefaultRole.default('viewer'),
  required: z.boolean().default(false),
  mfaCounts: z.boolean().default(false),
})
export type SsoConnectionChange = z.output<typeof SsoConnectionChange>
/** What the issuer said about itself just now. */
export const SsoTest = z.object({
  issuer: z.string(),
  authorizationEndpoint: z.string(),
  pkce: z.boolean().describe('Whether it says that it checks S256; it is sent either way'),
})
export type SsoTest = z.infer<typeof SsoTest>

export const SsoDomain = z.object({
  id: z.uuid(),
  domain: z.string(),
  verifiedAt: z.iso.datetime().nullable(),
  record: z
    .object({ name: z.string(), value: z.string(), validUntil: z.iso.datetime() })
    .nullable()
    .describe('The TXT record that proves the domain; null once it is proven'),
})
export type SsoDomain = z.infer<typeof SsoDomain>
export const NewSsoDomain = z.object({ domain: DomainName })

import { flag, secret } from '@fanfare/kernel'
import { z } from 'zod'
import { type ProviderId, providerIds } from './providers.ts'

const client = (name: string) => z.string().trim().min(1).optional().describe(`Client id of your ${name} app`)
const double = (name: string) => z.url().optional().describe(`Instead of ${name}, for a double`)

/** The part of the service's config that signing in elsewhere takes. */
export const federationFields = {
  googleClientId: client('Google'),
  googleClientSecret: secret().optional(),
  googleUrl: double('Google'),
  microsoftClientId: client('Microsoft Entra'),
  microsoftClientSecret: secret().optional(),
  microsoftUrl: double('Microsoft'),
  githubClientId: client('GitHub'),
  githubClientSecret: secret().optional(),
  githubUrl: double('GitHub'),
  linkedinClientId: client('LinkedIn'),
  linkedinClientSecret: secret().optional(),
  linkedinUrl: double('LinkedIn'),
  xClientId: client('X'),
  xClientSecret: secret().optional(),
  xUrl: double('X'),
  allowPrivateIssuers: flag()
    .default(false)
    .describe('Whether a workspace may name an issuer with a private address, any port or plain http'),
  dnsServers: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((server) => server.trim() || []))
    .describe('Name servers that are asked for the proof of a domain, commas between; empty for those of the system'),
}
const Fields = z.object(federationFields)
export type FederationConfig = z.output<typeof Fields>

/** A provider with one half of its client would be a button that fails: the start fails instead. */
export function checkClients(config: FederationConfig, context: z.RefinementCtx): void {
  for (const id of providerIds) {
    const [idField, secretField] = clientFields(id)
    if ((config[idField] === undefined) === (config[secretField] === undefined)) continue
    context.addIssue({ code: 'custom', path: [idField, secretField], message: 'set both or neither' })
  }
}

export function clientFields(id: ProviderId) {
  return [`${id}ClientId`, `${id}ClientSecret`, `${id}Url`] as const
}

import { parseNetwork } from '@fanfare/kernel'
import { z } from 'zod'
import { keyRoles, type Permission, permissions } from '../permissions.ts'

const KeyName = z.string().trim().min(1).max(200)
export const Scope = z.enum(Object.keys(permissions) as [Permission, ...Permission[]])

const Scopes = z
  .array(Scope)
  .min(1, 'Give the key at least one permission')
  .transform((names) => [...new Set(names)].sort())
  .describe('Only these of the permissions that the role has; all of them when left out')

const Network = z
  .string()
  .max(60)
  .transform((text, context) => {
    const network = parseNetwork(text)
    if (network !== undefined) return network
    context.addIssue(`'${text}' is neither an address nor a network such as 192.0.2.0/24 or 2001:db8::/32`)
    return z.NEVER
  })

const Networks = z
  .array(Network)
  .max(50)
  .transform((networks) => [...new Set(networks)])
  .describe('Addresses and networks (CIDR) that the key works from; anywhere when empty')

const Expiry = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .describe('When the key stops working')

export const ApiKey = z.object({
  id: z.uuid(),
  name: KeyName,
  role: z.enum(keyRoles),
  permissions: z.array(Scope).describe('What the key may do'),
  isScoped: z.boolean().describe('Whether that is less than its role'),
  prefix: z.string().describe('What a log may show of the key'),
  createdAt: z.iso.datetime(),
  createdBy: z
    .object({
      id: z.uuid(),
      name: z.string(),
      email: z.string(),
      isMember: z.boolean().describe('Whether they are still in the workspace. The key works all the same'),
    })
    .nullable()
    .describe('Null for a key made by a command or a key, or by a person whose account is gone'),
  expiresAt: z.iso.datetime().nullable(),
  isExpired: z.boolean(),
  allowedNetworks: z.array(z.string()),
  lastUsedAt: z.iso.datetime().nullable(),
  lastUsedAddress: z.string().nullable(),
  former: z
    .object({ prefix: z.string(), worksUntil: z.iso.datetime() })
    .nullable()
    .describe('The key of before the last rotation, while it still works'),
})
export type ApiKey = z.infer<typeof ApiKey>

export const NewApiKey = z.object({
  name: KeyName,
  role: z.enum(keyRoles).default('editor'),
  scopes: Scopes.optional(),
  expiresAt: Expiry.optional(),
  allowedNetworks: Networks.default([]),
})
export type NewApiKey = z.output<typeof NewApiKey>

export const ApiKeyChange = z
  .object({
    name: KeyName,
    scopes: Scopes.nullable().describe('Null gives back all that the role has'),
    expiresAt: Expiry.nullable().describe('Null lets it work for ever'),
    allowedNetworks: Networks,
  })
  .partial()
export type ApiKeyChange = z.output<typeof ApiKeyChange>

export const ApiKeyRotation = z.object({
  overlapHours: z.int().min(0).max(168).default(24).describe('How long the key of before works beside the new one'),
})

/** The only reply that ever holds the key itself. */
export const IssuedApiKey = ApiKey.extend({ key: z.string() })

import { defineContract } from '@fanfare/kernel'
import { z } from 'zod'
import { Brand } from './contract/appearance.ts'
import { keyRoles, roles } from './permissions.ts'

export { Brand, productName } from './contract/appearance.ts'
export { allows, type KeyRole, type Permission, permissions, permissionsOf, type Role } from './permissions.ts'
export { keyRoles, roles }

const Email = z.string().trim().max(254).pipe(z.email())
const Name = z.string().trim().min(1).max(200)

/** Length only, as NIST SP 800-63B-4 asks: no composition rules, any Unicode, verified exactly as typed. */
export const Password = z.string().min(12, 'Use at least 12 characters').max(256, 'Use at most 256 characters')

export const Workspace = z.object({
  id: z.uuid(),
  name: Name,
  role: z.enum(roles).describe("The caller's role in it"),
  createdAt: z.iso.datetime(),
})
export type Workspace = z.infer<typeof Workspace>

export const Person = z.object({ id: z.uuid(), email: z.string(), name: z.string() })
export type Person = z.infer<typeof Person>

/** Who is signed in, and where they may go. */
export const Me = z.object({ person: Person, workspaces: z.array(Workspace) })
export type Me = z.infer<typeof Me>

export const Setup = z.object({
  token: z.string().min(1).max(200).describe('From the link that the first start prints'),
  name: Name,
  email: Email,
  password: Password,
  workspaceName: Name,
})
export type Setup = z.infer<typeof Setup>

export const SignIn = z.object({ email: z.string().trim().max(254), password: z.string().max(256) })
export type SignIn = z.infer<typeof SignIn>

export const NewWorkspace = z.object({ name: Name })
export const Member = z.object({
  userId: z.uuid(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  joinedAt: z.iso.datetime(),
})

export const ApiKey = z.object({
  id: z.uuid(),
  name: Name,
  role: z.enum(keyRoles),
  prefix: z.string().describe('What a log may show of the key'),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>
export const NewApiKey = z.object({ name: Name, role: z.enum(keyRoles).default('editor') })
/** The only reply that ever holds the key itself. */
export const IssuedApiKey = ApiKey.extend({ key: z.string() })

/** What other services and the commands may ask of identity. */
export const Identity = defineContract('identity', 1, {
  /** Makes a workspace with its owner; the account is made when the address is new. For commands and tests. */
  provision: {
    input: z.object({ workspaceName: Name, name: Name, email: Email, password: Password }),
    output: z.object({ tenantId: z.uuid(), userId: z.uuid() }),
  },
  /**
   * Makes a workspace without members, for a command that comes before anybody has an account. The first owner gets it at
   * set-up. Problem `identity.setup_done` once there is an account.
   */
  openWorkspace: {
    input: z.object({ name: Name }),
    output: z.object({ tenantId: z.uuid() }),
  },
  /** Issues a key of a workspace. */
  issueKey: {
    input: z.object({ tenantId: z.uuid(), name: Name, role: z.enum(keyRoles) }),
    output: z.object({ keyId: z.uuid(), key: z.string() }),
  },
  /** The one-time setup link that this process made at its start, or null when there is an owner already. For the start message. */
  findSetupLink: { input: z.object({}), output: z.object({ url: z.string().nullable() }) },
  /** How a workspace presents itself in mails and on public pages; without a workspace, how the installation does. */
  brandOf: { input: z.object({ tenantId: z.uuid().optional() }), output: Brand },
  /** All workspaces, a page at a time in order of id. */
  listWorkspaces: {
    input: z.object({ after: z.uuid().optional(), limit: z.int().min(1).max(1000).default(1000) }),
    output: z.array(z.object({ tenantId: z.uuid(), name: z.string() })),
  },
})

import { defineContract } from '@fanfare/kernel'
import { z } from 'zod'
import { Password, PersonName } from './contract/account.ts'
import { Brand } from './contract/appearance.ts'
import { AuditVerification } from './contract/audit.ts'
import { Email, normaliseEmail } from './contract/email.ts'
import { Workspace, WorkspaceLimitChange, WorkspaceLimits } from './contract/workspaces.ts'
import { keyRoles, roles } from './permissions.ts'

export * from './contract/account.ts'
export * from './contract/api-keys.ts'
export { Brand, productName } from './contract/appearance.ts'
export { AuditEntry, type Audited, AuditVerification, recordAudit } from './contract/audit.ts'
export * from './contract/events.ts'
export * from './contract/factors.ts'
export * from './contract/federation.ts'
export * from './contract/limits.ts'
export { RefreshToken, SessionSummary, Tokens } from './contract/session.ts'
export * from './contract/workspaces.ts'
export { allows, type KeyRole, type Permission, permissions, permissionsOf, type Role } from './permissions.ts'
export { type AuthMethod, authMethods } from './sessions/methods.ts'
export { keyRoles, roles }

const Name = z.string().trim().min(1).max(200)

export const Person = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  emailVerified: z.boolean().describe('Whether they have shown that the address is theirs'),
  hasPassword: z.boolean(),
  isOperator: z.boolean().describe('Whether they run this installation'),
})
export type Person = z.infer<typeof Person>

/** Who is signed in, and where they may go. */
export const Me = z.object({
  person: Person,
  workspaces: z.array(Workspace),
  factorNeededIn: z
    .array(z.uuid())
    .describe('Workspaces that ask for a second factor while the person has none: nothing in them opens until then'),
})
export type Me = z.infer<typeof Me>

export const Setup = z.object({
  token: z.string().min(1).max(200).describe('From the link that the first start prints'),
  name: PersonName,
  email: Email,
  password: Password,
  workspaceName: Name,
})
export type Setup = z.infer<typeof Setup>

export const SignIn = z.object({ email: z.string().max(254).overwrite(normaliseEmail), password: z.string().max(256) })
export type SignIn = z.infer<typeof SignIn>

export const NewWorkspace = z.object({ name: Name })
const ServiceName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be the name of a service, such as delivery')

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
  /**
   * A token of a minute for calling a contract in another process of this installation: says who calls, whom, and in which
   * workspace's name. The called process checks it with `verifyServiceToken`, or by itself with the keys at
   * `/.well-known/jwks.json` (`typ` service+jwt, `aud` fanfare:service, `to` its own name).
   */
  issueServiceToken: {
    input: z.object({ from: ServiceName, to: ServiceName, tenantId: z.uuid().optional() }),
    output: z.object({ token: z.string() }),
  },
  /** Who calls with a token, and for which workspace; null for one that is not ours, not for `to` or has run out. */
  verifyServiceToken: {
    input: z.object({ token: z.string().max(4_000), to: ServiceName }),
    output: z.object({ from: ServiceName, tenantId: z.uuid().nullable() }).nullable(),
  },
  /** The one-time setup link that this process made at its start, or null when there is an owner already. For the start message. */
  findSetupLink: { input: z.object({}), output: z.object({ url: z.string().nullable() }) },
  /** How a workspace presents itself in mails and on public pages; without a workspace, how the installation does. */
  brandOf: { input: z.object({ tenantId: z.uuid().optional() }), output: Brand },
  /** What a workspace may use; see `assertAllowed`. */
  getLimits: { input: z.object({ tenantId: z.uuid() }), output: WorkspaceLimits },
  /** Members and open invitations, and the bytes of kept exports. */
  getUsage: {
    input: z.object({ tenantId: z.uuid() }),
    output: z.object({ seats: z.int(), storageBytes: z.number() }),
  },
  /** Sets what is named: a number, null for no limit, `default` for that of the installation. For the operator. */
  setLimits: {
    input: z.object({ tenantId: z.uuid(), change: WorkspaceLimitChange }),
    output: WorkspaceLimits,
  },
  /** Stops a workspace: it can be read and not changed, and sends nothing. For the operator. */
  suspendWorkspace: {
    input: z.object({ tenantId: z.uuid(), reason: z.string().trim().max(500) }),
    output: z.object({}),
  },
  resumeWorkspace: { input: z.object({ tenantId: z.uuid() }), output: z.object({}) },
  /** All workspaces, a page at a time in order of id. */
  listWorkspaces: {
    input: z.object({ after: z.uuid().optional(), limit: z.int().min(1).max(1000).default(1000) }),
    output: z.array(z.object({ tenantId: z.uuid(), name: z.string() })),
  },
  /** Reads the audit trail of a workspace from its beginning, or without one that of the installation: signing in, passwords. */
  verifyAudit: { input: z.object({ tenantId: z.uuid().optional() }), output: AuditVerification },
})

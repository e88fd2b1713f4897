import { z } from 'zod'
import { roles } from '../permissions.ts'
import { Password, PersonName } from './account.ts'
import { Email } from './email.ts'

const Name = z.string().trim().min(1).max(200)

/** What a workspace may use; null is "without limit". */
export const WorkspaceLimits = z.object({
  contacts: z.int().min(0).nullable(),
  sendsPerMonth: z.int().min(0).nullable(),
  storageBytes: z.int().min(0).nullable().describe('Emails, partials, attachments and exports that are kept'),
  seats: z.int().min(1).nullable().describe('Members and open invitations'),
  requestsPerMinute: z.int().min(1).nullable().describe('Calls of the API, by all keys and people together'),
  aiUsdPerMonth: z.number().min(0).nullable(),
})
export type WorkspaceLimits = z.infer<typeof WorkspaceLimits>
export const limitNames = [
  'contacts',
  'sendsPerMonth',
  'storageBytes',
  'seats',
  'requestsPerMinute',
  'aiUsdPerMonth',
] as const satisfies readonly (keyof WorkspaceLimits)[]
export type LimitName = (typeof limitNames)[number]

const orDefault = <S extends z.ZodType>(limit: S) => z.union([limit, z.literal('default')]).optional()

/** What is named is set: a number, null for no limit, or `default` for that of the installation. */
export const WorkspaceLimitChange = z.object({
  contacts: orDefault(WorkspaceLimits.shape.contacts),
  sendsPerMonth: orDefault(WorkspaceLimits.shape.sendsPerMonth),
  storageBytes: orDefault(WorkspaceLimits.shape.storageBytes),
  seats: orDefault(WorkspaceLimits.shape.seats),
  requestsPerMinute: orDefault(WorkspaceLimits.shape.requestsPerMinute),
  aiUsdPerMonth: orDefault(WorkspaceLimits.shape.aiUsdPerMonth),
})
export type WorkspaceLimitChange = z.infer<typeof WorkspaceLimitChange>

export const Workspace = z.object({
  id: z.uuid(),
  name: Name,
  role: z.enum(roles).describe("The caller's role in it"),
  createdAt: z.iso.datetime(),
  suspended: z
    .object({ since: z.iso.datetime(), reason: z.string() })
    .nullable()
    .describe('Stopped by the operator of the installation: it can be read, not changed, and sends nothing'),
  deletionAt: z.iso.datetime().nullable().describe('When all of it will be deleted; until then that can be undone'),
})
export type Workspace = z.infer<typeof Workspace>

export const Member = z.object({
  userId: z.uuid(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  joinedAt: z.iso.datetime(),
})
export type Member = z.infer<typeof Member>
export const MemberChange = z.object({ role: z.enum(roles) })

export const Team = z.object({
  id: z.uuid(),
  name: Name,
  memberIds: z.array(z.uuid()),
  createdAt: z.iso.datetime(),
})
export type Team = z.infer<typeof Team>
export const NewTeam = z.object({ name: Name })

export const NewInvitation = z.object({
  email: Email,
  role: z.enum(roles).default('viewer'),
})
export const Invitation = z.object({
  id: z.uuid(),
  email: z.string(),
  role: z.enum(roles),
  invitedBy: z.string().nullable().describe('A name, or null when the person is no longer known'),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type Invitation = z.infer<typeof Invitation>
/** The link is told only when no mail server is set: then somebody has to carry it. */
export const SentInvitation = Invitation.extend({ link: z.url().nullable() })
export type SentInvitation = z.infer<typeof SentInvitation>

export const InvitationToken = z.object({ token: z.string().min(1).max(200) })
export const InvitedSignUp = InvitationToken.extend({ name: PersonName, password: Password })
export type InvitedSignUp = z.infer<typeof InvitedSignUp>
/** What the holder of an invitation may know before they sign in. */
export const OpenInvitation = z.object({
  workspaceName: z.string(),
  email: z.string(),
  role: z.enum(roles),
  invitedBy: z.string().nullable(),
  canSignUp: z.boolean().describe('Whether an account can be made with it'),
  hasAccount: z.boolean().describe('Whether the address has an account already: sign in with it instead of signing up'),
  expiresAt: z.iso.datetime(),
})
export type OpenInvitation = z.infer<typeof OpenInvitation>

export const Transfer = z.object({
  fromUserId: z.uuid(),
  toUserId: z.uuid(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type Transfer = z.infer<typeof Transfer>

export const WorkspaceExport = z.object({
  id: z.uuid(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  tablesDone: z.int(),
  tablesAll: z.int(),
  rows: z.int(),
  bytes: z.int(),
  failure: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime(),
})
export type WorkspaceExport = z.infer<typeof WorkspaceExport>

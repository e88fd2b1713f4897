import { z } from 'zod'
import { authMethods } from '../sessions/methods.ts'

/** What a program gets for a sign-in or a refresh. */
export const Tokens = z.object({
  tokenType: z.literal('Bearer'),
  accessToken: z.string().describe('Goes into the Authorization header'),
  expiresInSeconds: z.int().describe('Until the access token has run out'),
  refreshToken: z.string().describe('Buys the next pair, once; keep the one of the last reply and no other'),
  factorNeeded: z.boolean().describe('Whether a second factor is still owed: until then nothing else may be called'),
})
export type Tokens = z.infer<typeof Tokens>

export const RefreshToken = z.object({ refreshToken: z.string().min(1).max(200) })

/** One sign-in of the person who asks. */
export const SessionSummary = z.object({
  id: z.uuid(),
  current: z.boolean().describe('Whether it is the one that asks'),
  kind: z.enum(['browser', 'program']),
  address: z.string().describe('Where it was opened from'),
  userAgent: z.string(),
  methods: z.array(z.enum(authMethods)).describe('What its person showed'),
  partial: z.boolean().describe('Whether it still owes its second factor'),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().describe('To the minute'),
  expiresAt: z.iso.datetime(),
})
export type SessionSummary = z.infer<typeof SessionSummary>

import { z } from 'zod'

export const SandboxMessageSummary = z.object({
  id: z.uuid(),
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  bytes: z.int(),
  receivedAt: z.iso.datetime(),
})
export const SandboxMessage = SandboxMessageSummary.extend({
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  text: z.string(),
  html: z.string().describe('Show only in a frame with sandbox and no scripts'),
})

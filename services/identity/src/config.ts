import { z } from 'zod'

export const Config = z.object({
  dataDir: z.string().min(1).default('.fanfare').describe('Where the signed checkpoints of the audit trails lie'),
  bcryptCost: z.coerce
    .number()
    .int()
    .min(4)
    .max(15)
    .default(12)
    .describe('Rounds as a power of two; each step doubles the time. Below 10 is for tests'),
  sessionIdleDays: z.coerce.number().positive().max(365).default(14),
  sessionDays: z.coerce
    .number()
    .positive()
    .max(365)
    .default(30)
    .describe('The longest life of a session, however busy'),
})
export type Config = z.output<typeof Config>

import { z } from 'zod'

export const Config = z.object({
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
  dnsServers: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((server) => server.trim() || []))
    .describe('Name servers that proofs of domains ask, by address and commas between; empty for those of the system'),
})
export type Config = z.output<typeof Config>

import { z } from 'zod'

export const Config = z.object({
  launchPageSize: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(5_000)
    .describe('Contacts handed to delivery in one transaction'),
})
export type Config = z.output<typeof Config>

import { z } from 'zod'

export const Config = z.object({
  dataDir: z
    .string()
    .min(1)
    .default('.fanfare')
    .describe('Folder of uploaded files; `memory://` keeps them in the temporary folder of the system'),
  importMaxBytes: z.coerce
    .number()
    .int()
    .min(1)
    .default(2 * 1024 ** 3)
    .describe('Size of the largest file that can be imported'),
  importBatchRows: z.coerce
    .number()
    .int()
    .min(1)
    .max(50_000)
    .default(5_000)
    .describe('Rows of an import that are written in one transaction'),
})
export type Config = z.infer<typeof Config>

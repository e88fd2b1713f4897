import { z } from 'zod'
import { Secret, secret } from '../config.ts'

const leastSecretLength = 32

/** `FANFARE_SECRET`, `FANFARE_SECRET_PREVIOUS` and the data folder. */
export const keysConfig = z.object({
  /** The master secret. Without one, `secret.key` in the data folder holds it. */
  secret: secret()
    .refine((value) => value.reveal().length >= leastSecretLength, {
      message: `must have at least ${leastSecretLength} characters; make one with: openssl rand -base64 48`,
    })
    .optional(),
  /** Secrets of before, separated by commas: they still open and verify, and seal nothing new. */
  secretPrevious: z
    .string()
    .transform((list) => list.split(',').flatMap((part) => (part.trim() === '' ? [] : [new Secret(part.trim())])))
    .default([]),
  dataDir: z.string().min(1).default('.fanfare'),
})
export type KeysConfig = z.output<typeof keysConfig>

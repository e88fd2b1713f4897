import { Secret } from '@fanfare/kernel'
import { z } from 'zod'
import { checkClients, federationFields } from './federation/config.ts'

const MailUrl = z
  .string()
  .regex(/^smtps?:\/\/[^/]+/, 'must look like smtp://user:password@mail.example.com:587')
  .refine(URL.canParse, 'is no URL; write signs such as @ or / in a password as %40 or %2F')
  .transform((url) => new Secret(url))

export const Config = z
  .object({
    dataDir: z.string().min(1).default('.fanfare').describe('Where the signed checkpoints of the audit trails lie'),
    bcryptCost: z.coerce
      .number()
      .int()
      .min(4)
      .max(15)
      .default(12)
      .describe('Rounds as a power of two; each step doubles the time. Below 10 is for tests'),
    sessionIdleDays: z.coerce.number().positive().max(365).default(14),
    signUp: z
      .enum(['off', 'invitation', 'open'])
      .default('invitation')
      .describe('Who may make an account: off, invitation (who was invited), or open (anybody)'),
    breachCheckUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Range list of breached passwords to ask for new ones, such as https://api.pwnedpasswords.com/range/ (sends 5 digits of a hash). Off when unset',
      ),
    mailUrl: MailUrl.optional().describe(
      'Mail server for links and notices, such as smtp://user:password@mail.example.com:587. Without it they are logged',
    ),
    mailFrom: z.string().optional().describe('Sender of these mails, such as Fanfare <fanfare@example.com>'),
    sessionDays: z.coerce
      .number()
      .positive()
      .max(365)
      .default(30)
      .describe('The longest life of a session, however busy'),
    ...federationFields,
  })
  .superRefine(checkClients)
  .refine((config) => (config.mailUrl === undefined) === (config.mailFrom === undefined), {
    path: ['mailUrl', 'mailFrom'],
    message: 'set both or neither',
  })
export type Config = z.output<typeof Config>

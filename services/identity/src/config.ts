import { Secret, secret } from '@fanfare/kernel'
import { z } from 'zod'
import { checkClients, federationFields } from './federation/config.ts'

const MailUrl = z
  .string()
  .regex(/^smtps?:\/\/[^/]+/, 'must look like smtp://user:password@mail.example.com:587')
  .refine(URL.canParse, 'is no URL; write signs such as @ or / in a password as %40 or %2F')
  .transform((url) => new Secret(url))

const Limit = (what: string) => z.coerce.number().int().min(0).optional().describe(what)

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
    twilioAccountSid: z
      .string()
      .regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hexadecimal digits, as the console of Twilio shows it')
      .optional()
      .describe('With the token and the sender: codes by SMS are offered as a second factor'),
    twilioAuthToken: secret().optional(),
    twilioFrom: z
      .string()
      .regex(/^(\+[1-9]\d{6,14}|MG[0-9a-f]{32})$/, 'must be a number such as +15005550006, or a messaging service MG…')
      .optional(),
    twilioUrl: z.url().optional().describe("Instead of Twilio's API, for a proxy of yours or a double"),
    sessionDays: z.coerce
      .number()
      .positive()
      .max(365)
      .default(30)
      .describe('The longest life of a session, however busy'),
    limitContacts: Limit(
      'Contacts of a workspace that has no limit of its own; no limit when unset, as with those below',
    ),
    limitSendsPerMonth: Limit('Messages a workspace may send in a calendar month (UTC)'),
    limitStorageMb: Limit('Megabytes that the emails, attachments and exports of a workspace may take'),
    limitSeats: Limit('Members and open invitations of a workspace').pipe(z.int().min(1).optional()),
    limitRequestsPerMinute: Limit('Calls of the API for one workspace, for each process').pipe(
      z.int().min(1).optional(),
    ),
    limitAiUsdPerMonth: z.coerce
      .number()
      .min(0)
      .optional()
      .describe('US dollars a workspace may spend on AI in a month'),
    signingKeyDays: z.coerce
      .number()
      .min(1)
      .max(365)
      .default(90)
      .describe('How long one key signs access tokens before the next takes over'),
    ...federationFields,
  })
  .superRefine(checkClients)
  .refine((config) => (config.mailUrl === undefined) === (config.mailFrom === undefined), {
    path: ['mailUrl', 'mailFrom'],
    message: 'set both or neither',
  })
  .refine(
    ({ twilioAccountSid, twilioAuthToken, twilioFrom }) =>
      [twilioAuthToken, twilioFrom].every((field) => (field === undefined) === (twilioAccountSid === undefined)),
    { path: ['twilioAccountSid', 'twilioAuthToken', 'twilioFrom'], message: 'set all three or none' },
  )
export type Config = z.output<typeof Config>

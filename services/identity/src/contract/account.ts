import { z } from 'zod'
import { Email } from './email.ts'

const shortest = 12
const longest = 256

/**
 * Length only, as NIST SP 800-63B-4 asks: no composition rules, any Unicode, verified exactly as typed. Counted in
 * characters, so that an emoji is one. What is common or easy to guess is refused by the service, which knows the person.
 */
export const Password = z
  .string()
  .min(shortest, `Use at least ${shortest} characters`)
  .max(longest, `Use at most ${longest} characters`)
  .refine((password) => [...password].length >= shortest, `Use at least ${shortest} characters`)

/** A name as people write it; no control characters, since it stands in mails. */
export const PersonName = z
  .string()
  .overwrite((name) => name.normalize('NFC').trim())
  .min(1)
  .max(200)
  .regex(/^\P{C}*$/u, 'Leave out control characters')

const OneTimeToken = z.string().min(1).max(200).describe('From the link in the mail')

export const signUpModes = ['off', 'invitation', 'open'] as const
export type SignUpMode = (typeof signUpModes)[number]

export const SignUpOffer = z.object({
  mode: z.enum(signUpModes).describe('Who may make an account: nobody, who was invited, or anybody'),
  mailServer: z.boolean().describe('Whether mails leave; without it the operator hands on the links'),
})
export type SignUpOffer = z.infer<typeof SignUpOffer>

export const AddressOnly = z.object({ email: Email })
export const TokenOnly = z.object({ token: OneTimeToken })
export const SignUp = z.object({ token: OneTimeToken, name: PersonName, password: Password, workspaceName: PersonName })
export type SignUp = z.infer<typeof SignUp>
export const PasswordReset = z.object({ token: OneTimeToken, password: Password })
export type PasswordReset = z.infer<typeof PasswordReset>

/** The links of mails that a page may look at before it uses them up. */
export const linkPurposes = ['sign_up', 'reset_password', 'verify_email', 'change_email', 'undo_email'] as const
export const LinkLook = z.object({ purpose: z.enum(linkPurposes), token: OneTimeToken })
export const LinkSeen = z.object({ email: z.string().describe('The address the link is about') })

export const PersonChange = z.object({ name: PersonName })
export const PasswordChange = z.object({ currentPassword: z.string().max(longest), password: Password })
export type PasswordChange = z.infer<typeof PasswordChange>
export const SystemMail = z.object({
  id: z.uuid(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  createdAt: z.iso.datetime(),
})
export const SystemMails = z.object({
  mailServer: z.boolean(),
  rows: z.array(SystemMail).describe('What was not sent for want of a mail server, of the last day'),
})

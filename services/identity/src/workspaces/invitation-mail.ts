import type { MailTemplate } from '../mail/letter.ts'

export interface InvitationMail {
  readonly workspaceName: string
  readonly inviter: string | undefined
  readonly role: string
  readonly url: string
  readonly days: number
}

export const invitationMail: MailTemplate<InvitationMail> = (values, brand) => ({
  subject: `You are invited to ${values.workspaceName}`,
  paragraphs: [
    `${values.inviter ?? 'Somebody'} invites you to the workspace "${values.workspaceName}" on ${brand.productName}, as ${values.role}.`,
  ],
  action: { label: 'Look at the invitation', url: values.url },
  notes: [
    `The link works once and for ${values.days} days, and only for this address.`,
    'If you do not know what this is about, you need not do anything.',
  ],
})

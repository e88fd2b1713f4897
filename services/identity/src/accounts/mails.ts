import type { MailTemplate } from '../mail/letter.ts'

interface Link {
  url: string
}

const notYou = 'If it was not you, you need not do anything.'

export const signUpMail: MailTemplate<Link> = ({ url }, { productName }) => ({
  subject: `Finish your sign-up at ${productName}`,
  paragraphs: [`You asked for an account at ${productName}. This link shows that the address is yours.`],
  action: { label: 'Finish the sign-up', url },
  notes: ['The link works once, within an hour.', notYou],
})

export const haveAccountMail: MailTemplate<{ signInUrl: string; forgotUrl: string }> = (urls, { productName }) => ({
  subject: `You have an account at ${productName}`,
  paragraphs: [
    `Somebody asked for an account at ${productName} with this address. It has one already: sign in with it.`,
    `If you no longer know your password, you can set another one: ${urls.forgotUrl}`,
  ],
  action: { label: 'Sign in', url: urls.signInUrl },
  notes: [notYou],
})

export const resetMail: MailTemplate<Link> = ({ url }, { productName }) => ({
  subject: `Set a new password for ${productName}`,
  paragraphs: ['You can set a new password by this link. It ends all your sessions.'],
  action: { label: 'Set a new password', url },
  notes: ['The link works once, within 30 minutes.', `${notYou} Your password stays as it is.`],
})

export const verifyMail: MailTemplate<Link> = ({ url }, { productName }) => ({
  subject: `Confirm your address at ${productName}`,
  paragraphs: ['Please confirm that this address is yours.'],
  action: { label: 'Confirm the address', url },
  notes: ['The link works once, within an hour.', notYou],
})

export const passwordChangedMail: MailTemplate<{ forgotUrl: string }> = ({ forgotUrl }, { productName }) => ({
  subject: `Your password at ${productName} was changed`,
  paragraphs: ['The password of your account was changed, and your other sessions were ended.'],
  notes: [`If it was not you, set another password at once: ${forgotUrl}`],
})

export const changeEmailMail: MailTemplate<Link> = ({ url }, { productName }) => ({
  subject: `Confirm your new address at ${productName}`,
  paragraphs: [`This address is to become the address of an account at ${productName}.`],
  action: { label: 'Use this address', url },
  notes: ['The link works once, within an hour.', notYou],
})

export const changeEmailAskedMail: MailTemplate<{ newEmail: string; forgotUrl: string }> = (said, { productName }) => ({
  subject: `A new address for your account at ${productName}`,
  paragraphs: [`Somebody who is signed in to your account asked to change its address to ${said.newEmail}.`],
  notes: [`If it was not you, set another password at once, which ends all sessions: ${said.forgotUrl}`],
})

export const emailTakenMail: MailTemplate<{ signInUrl: string }> = ({ signInUrl }, { productName }) => ({
  subject: `Your address at ${productName}`,
  paragraphs: [
    `Somebody wanted to give this address to another account at ${productName}. It has an account already, so nothing was changed.`,
  ],
  action: { label: 'Sign in', url: signInUrl },
  notes: [notYou],
})

export const emailChangedMail: MailTemplate<{ newEmail: string }> = ({ newEmail }, { productName }) => ({
  subject: `Your address at ${productName} was changed`,
  paragraphs: [`The address of your account is now ${newEmail}. Sign in with it from now on.`],
})

export const undoEmailMail: MailTemplate<Link & { newEmail: string }> = ({ url, newEmail }, { productName }) => ({
  subject: `Your address at ${productName} was changed`,
  paragraphs: [`The address of your account was changed from this one to ${newEmail}.`],
  action: { label: 'Undo the change', url },
  notes: [
    'If it was not you: the link works once, within 7 days. It brings this address back, ends all sessions and the password, and sends you a link to set a new one.',
  ],
})

export const accountDeletedMail: MailTemplate<Record<never, never>> = (_values, { productName }) => ({
  subject: `Your account at ${productName} was deleted`,
  paragraphs: ['Your account was deleted as you asked. Your address is free again.'],
})

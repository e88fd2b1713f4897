import type { FactorKind } from '../contract/factors.ts'
import type { MailTemplate } from '../mail/letter.ts'

export const kindNames: Readonly<Record<FactorKind, string>> = {
  totp: 'an authenticator app',
  passkey: 'a passkey',
  email: 'codes by email',
  sms: 'codes by SMS',
}

const notYou =
  'Was this not you? Change your password now, and look at the sessions and factors in your security settings.'

export const codeMail: MailTemplate<{ code: string; minutes: number }> = ({ code, minutes }, { productName }) => ({
  subject: `Your code for ${productName}`,
  paragraphs: ['Type this code where you were asked for it:'],
  code,
  notes: [
    `It works once, for ${minutes} minutes. We never ask for it by phone or mail.`,
    'Did you not ask for a code? Then somebody knows your password. Change it.',
  ],
})

export const factorAddedMail: MailTemplate<{ kind: FactorKind; name: string }> = ({ kind, name }, { productName }) => ({
  subject: `A second factor was added to your ${productName} account`,
  paragraphs: [`You can now sign in with ${kindNames[kind]}: ${name}.`, 'All other sessions were signed out.'],
  notes: [notYou],
})

export const factorRemovedMail: MailTemplate<{ kind: FactorKind; name: string; last: boolean }> = (
  { kind, name, last },
  { productName },
) => ({
  subject: `A second factor was removed from your ${productName} account`,
  paragraphs: [
    `Signing in with ${kindNames[kind]} (${name}) no longer works.`,
    last ? 'It was the last one: your password alone now opens the account.' : 'Your other factors still work.',
    'All other sessions were signed out.',
  ],
  notes: [notYou],
})

export const recoveryCodesMail: MailTemplate<object> = (_values, { productName }) => ({
  subject: `New recovery codes for your ${productName} account`,
  paragraphs: ['New recovery codes were made. The former ones no longer work.'],
  notes: [notYou],
})

export const recoveryCodeUsedMail: MailTemplate<{ left: number }> = ({ left }, { productName }) => ({
  subject: `A recovery code was used for your ${productName} account`,
  paragraphs: [
    'Somebody signed in with one of your recovery codes.',
    left === 0 ? 'It was the last one. Make new ones in your security settings.' : `You have ${left} left.`,
  ],
  notes: [notYou],
})

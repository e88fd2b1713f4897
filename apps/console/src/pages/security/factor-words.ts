import type { FactorKind } from '../../api/types.ts'

export const kindNames: Readonly<Record<FactorKind, string>> = {
  totp: 'Authenticator app',
  passkey: 'Passkey',
  email: 'Codes by email',
  sms: 'Codes by SMS',
}

/** What each is good for, the strongest first. */
export const kindTexts: Readonly<Record<FactorKind, string>> = {
  passkey: 'Your finger, face or PIN, on this device or your phone. Signs you in without a password.',
  totp: 'Six digits from an app on your phone. Works without a network.',
  email: 'Six digits to your address. Only as safe as your mailbox.',
  sms: 'Six digits to your phone. A number can be taken over.',
}
export const kindOrder: readonly FactorKind[] = ['passkey', 'totp', 'email', 'sms']

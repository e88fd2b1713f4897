/** How a person can show who they are. */
export const authMethods = [
  'password',
  'passkey',
  'totp',
  'email_code',
  'sms_code',
  'recovery_code',
  'oidc',
  // With the issuer's word for more than one factor, where the workspace takes it.
  'oidc_mfa',
  'setup_link',
] as const
export type AuthMethod = (typeof authMethods)[number]

/** A passkey is something one has and is unlocked by something one knows or is, so it counts as both. */
const secondFactors: ReadonlySet<AuthMethod> = new Set([
  'passkey',
  'totp',
  'email_code',
  'sms_code',
  'recovery_code',
  'oidc_mfa',
])

/** Whether these methods hold a second factor. */
export function holdSecondFactor(methods: readonly AuthMethod[]): boolean {
  return methods.some((method) => secondFactors.has(method))
}

import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'
import type { PasskeyAssertion, PasskeyRegistration, Proof } from './types.ts'

export const factorsQuery = queryOptions({
  queryKey: ['factors'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/factors', { signal })),
})
/** How this person can prove who they are. Open to half a sign-in, so it is asked anew by each form. */
export const proofOptionsQuery = queryOptions({
  queryKey: ['proofs'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/proofs', { signal })),
  staleTime: 0,
})
export const secondFactorRuleQuery = queryOptions({
  queryKey: ['second-factor-rule'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/workspace/second-factor', { signal })),
})

export const beginTotp = (name: string) => take(fanfare.POST('/v1/factors/totp', { body: { name } }))
export const beginEmailCodes = () => take(fanfare.POST('/v1/factors/email'))
export const beginSmsCodes = (phone: string) => take(fanfare.POST('/v1/factors/sms', { body: { phone } }))
export const confirmFactor = (factorId: string, code: string) =>
  take(fanfare.POST('/v1/factors/{factorId}/confirm', { params: { path: { factorId } }, body: { code } }))
export const renameFactor = (factorId: string, name: string) =>
  take(fanfare.PATCH('/v1/factors/{factorId}', { params: { path: { factorId } }, body: { name } }))
export const removeFactor = (factorId: string) =>
  take(fanfare.DELETE('/v1/factors/{factorId}', { params: { path: { factorId } } }))
export const renewRecoveryCodes = () => take(fanfare.POST('/v1/recovery-codes'))
export const setSecondFactorRule = (needed: boolean) =>
  take(fanfare.PUT('/v1/workspace/second-factor', { body: { needed } }))

export const prove = (body: Proof) => take(fanfare.POST('/v1/proofs', { body }))
export const sendProofCode = (method: 'email_code' | 'sms_code') =>
  take(fanfare.POST('/v1/proofs/codes', { body: { method } }))

/** Makes a passkey in this browser or on a device beside it, and adds it to the account. */
export async function addPasskey(name: string) {
  const optionsJSON = await take(fanfare.POST('/v1/factors/passkey-options'))
  const credential = await startRegistration({ optionsJSON: optionsJSON as never })
  return take(fanfare.POST('/v1/factors/passkey', { body: { name, credential: credential as PasskeyRegistration } }))
}

export async function signInWithPasskey() {
  const optionsJSON = await take(fanfare.POST('/v1/sessions/passkey-options'))
  const credential = await startAuthentication({ optionsJSON: optionsJSON as never })
  return take(fanfare.POST('/v1/sessions/passkey', { body: { credential: credential as PasskeyAssertion } }))
}

export async function proveByPasskey() {
  const optionsJSON = await take(fanfare.POST('/v1/proofs/passkey-options'))
  const credential = await startAuthentication({ optionsJSON: optionsJSON as never })
  return prove({ method: 'passkey', credential: credential as PasskeyAssertion })
}

/** Whether it was the person who closed the browser's dialog, or who let it wait: nothing to say about. */
export function wasGivenUp(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')
}

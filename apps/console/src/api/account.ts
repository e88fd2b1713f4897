import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'
import type { LinkPurpose, SignUp } from './types.ts'

export const signUpOfferQuery = queryOptions({
  queryKey: ['sign-up-offer'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/sign-ups', { signal })),
  staleTime: 60_000,
})
/** Whom a link of a mail is about; looking uses nothing up. */
export const linkQuery = (purpose: LinkPurpose, token: string) =>
  queryOptions({
    queryKey: ['link', purpose, token],
    queryFn: ({ signal }) => take(fanfare.POST('/v1/links/look', { body: { purpose, token }, signal })),
    enabled: token !== '',
    // A link that was good when the page opened is judged again when it is used.
    staleTime: Number.POSITIVE_INFINITY,
  })
export const systemMailsQuery = queryOptions({
  queryKey: ['system-mails'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/system/mail', { signal })),
})

export const askSignUp = (email: string) => take(fanfare.POST('/v1/sign-ups', { body: { email } }))
export const finishSignUp = (body: SignUp) => take(fanfare.POST('/v1/sign-ups/finish', { body }))
export const askPasswordReset = (email: string) => take(fanfare.POST('/v1/password-resets', { body: { email } }))
export const finishPasswordReset = (body: { token: string; password: string }) =>
  take(fanfare.POST('/v1/password-resets/finish', { body }))
export const finishEmailVerification = (token: string) =>
  take(fanfare.POST('/v1/email-verifications/finish', { body: { token } }))
export const finishEmailChange = (token: string) => take(fanfare.POST('/v1/email-changes/finish', { body: { token } }))
export const undoEmailChange = (token: string) => take(fanfare.POST('/v1/email-changes/undo', { body: { token } }))

export const updateMe = (name: string) => take(fanfare.PATCH('/v1/me', { body: { name } }))
export const changePassword = (body: { currentPassword: string; password: string }) =>
  take(fanfare.PUT('/v1/me/password', { body }))
export const askEmailChange = (email: string) => take(fanfare.POST('/v1/me/email', { body: { email } }))
export const askEmailVerification = () => take(fanfare.POST('/v1/me/email-verification'))
export const deleteMe = () => take(fanfare.DELETE('/v1/me'))

/** What a provider says about the person, in our terms. */
export interface ExternalProfile {
  /** Who says it: the issuer of an OpenID provider, else the provider's own name for itself. */
  readonly issuer: string
  /** Never an address: those change hands. */
  readonly subject: string
  /** In lower case. */
  readonly email: string | undefined
  /** Only what the provider itself has proven, and only where it can know. */
  readonly emailVerified: boolean
  readonly name: string | undefined
  /** Kept and shown as text, never fetched. */
  readonly pictureUrl: string | undefined
  /** Whether the provider says that more than one factor was given (RFC 8176). */
  readonly multiFactor: boolean
}

/** Decoded JSON of a provider: claims of an ID token and of the user info, or the answers of an API in order. */
type Payload = Readonly<Record<string, unknown>>
export type ReadClaims = (claims: Payload) => ExternalProfile
export type ReadAnswers = (answers: readonly unknown[], issuer: string) => ExternalProfile

/** OpenID Connect Core 1.0 §5.1. Without `email_verified: true` nobody has proven the address. */
export function readStandardClaims(claims: Payload): ExternalProfile {
  return {
    issuer: textOf(claims.iss) ?? '',
    subject: textOf(claims.sub) ?? '',
    email: emailOf(claims.email),
    emailVerified: claims.email_verified === true,
    name: textOf(claims.name),
    pictureUrl: urlOf(claims.picture),
    multiFactor: Array.isArray(claims.amr) && claims.amr.includes('mfa'),
  }
}

/**
 * Google is the authority for its own mailboxes and for the domains it hosts (`hd`); of other addresses it only knows that
 * they once were the person's. https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
 */
export function readGoogleClaims(claims: Payload): ExternalProfile {
  const profile = readStandardClaims(claims)
  const domain = profile.email?.split('@')[1]
  const isAuthority = domain === 'gmail.com' || (domain !== undefined && textOf(claims.hd)?.toLowerCase() === domain)
  return { ...profile, emailVerified: profile.emailVerified && isAuthority }
}

/**
 * Anybody with a tenant of their own writes any address into `email`; only `xms_edov` says that its domain was proven.
 * https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
 */
export function readMicrosoftClaims(claims: Payload): ExternalProfile {
  const edov = claims.xms_edov
  return {
    ...readStandardClaims(claims),
    emailVerified: edov === true || edov === 1 || edov === '1' || edov === 'true',
  }
}

/** `GET /user` and `GET /user/emails`. https://docs.github.com/rest/users/emails */
export function readGithubAnswers([user, emails]: readonly unknown[], issuer: string): ExternalProfile {
  const person = payloadOf(user)
  const primary = (Array.isArray(emails) ? emails : []).map(payloadOf).find((email) => email.primary === true)
  return {
    issuer,
    subject: idOf(person.id),
    email: emailOf(primary?.email),
    emailVerified: primary?.verified === true,
    name: textOf(person.name) ?? textOf(person.login),
    pictureUrl: urlOf(person.avatar_url),
    multiFactor: false,
  }
}

/** The user info of LinkedIn. https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2 */
export function readLinkedinAnswers([user]: readonly unknown[], issuer: string): ExternalProfile {
  return { ...readStandardClaims(payloadOf(user)), issuer, multiFactor: false }
}

/** `GET /2/users/me`; `confirmed_email` is there only when X has confirmed one. https://docs.x.com/x-api/users/get-my-user */
export function readXAnswers([answer]: readonly unknown[], issuer: string): ExternalProfile {
  const user = payloadOf(payloadOf(answer).data)
  const email = emailOf(user.confirmed_email)
  return {
    issuer,
    subject: idOf(user.id),
    email,
    emailVerified: email !== undefined,
    name: textOf(user.name) ?? textOf(user.username),
    pictureUrl: urlOf(user.profile_image_url),
    multiFactor: false,
  }
}

function payloadOf(value: unknown): Payload {
  return typeof value === 'object' && value !== null ? (value as Payload) : {}
}

function idOf(value: unknown): string {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : (textOf(value) ?? '')
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get into a name
  const text = value.replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, ' ').trim()
  return text === '' ? undefined : text.slice(0, 255)
}

/** Plain ASCII addresses alone: one that only looks like somebody's must not be taken for theirs. */
function emailOf(value: unknown): string | undefined {
  const email = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return email.length <= 254 && /^[\x21-\x3f\x41-\x7e]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(email) ? email : undefined
}

function urlOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2_000 || !URL.canParse(value)) return undefined
  const url = new URL(value)
  return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : undefined
}

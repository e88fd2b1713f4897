import {
  type ReadAnswers,
  type ReadClaims,
  readGithubAnswers,
  readGoogleClaims,
  readLinkedinAnswers,
  readMicrosoftClaims,
  readXAnswers,
} from './profiles.ts'

export const providerIds = ['google', 'microsoft', 'github', 'linkedin', 'x'] as const
export type ProviderId = (typeof providerIds)[number]

interface Described {
  readonly name: string
  readonly scopes: readonly string[]
  readonly issuer: string
}
/** Finds its addresses by discovery, and proves who signed in with an ID token. */
export interface OidcProvider extends Described {
  readonly kind: 'oidc'
  readonly read: ReadClaims
}
/** OAuth 2 alone: the addresses are fixed, and an API says who signed in. */
export interface OauthProvider extends Described {
  readonly kind: 'oauth'
  readonly authorization: string
  readonly token: string
  /** Asked in this order with the access token; `read` gets the answers in the same. */
  readonly userInfo: readonly string[]
  readonly read: ReadAnswers
  /** How the client shows its secret at the token endpoint. */
  readonly clientAuth: 'post' | 'basic'
}
export type Provider = OidcProvider | OauthProvider

/** Who one can sign in with. Each is on when the operator has configured its client id and secret. */
export const providers: Readonly<Record<ProviderId, Provider>> = {
  google: {
    kind: 'oidc',
    name: 'Google',
    issuer: 'https://accounts.google.com',
    scopes: ['openid', 'email', 'profile'],
    read: readGoogleClaims,
  },
  microsoft: {
    kind: 'oidc',
    name: 'Microsoft',
    issuer: 'https://login.microsoftonline.com/common/v2.0',
    scopes: ['openid', 'email', 'profile'],
    read: readMicrosoftClaims,
  },
  github: {
    kind: 'oauth',
    name: 'GitHub',
    issuer: 'https://github.com/login/oauth',
    authorization: 'https://github.com/login/oauth/authorize',
    token: 'https://github.com/login/oauth/access_token',
    userInfo: ['https://api.github.com/user', 'https://api.github.com/user/emails'],
    scopes: ['read:user', 'user:email'],
    read: readGithubAnswers,
    clientAuth: 'post',
  },
  linkedin: {
    kind: 'oauth',
    name: 'LinkedIn',
    issuer: 'https://www.linkedin.com/oauth',
    authorization: 'https://www.linkedin.com/oauth/v2/authorization',
    token: 'https://www.linkedin.com/oauth/v2/accessToken',
    userInfo: ['https://api.linkedin.com/v2/userinfo'],
    scopes: ['openid', 'profile', 'email'],
    read: readLinkedinAnswers,
    clientAuth: 'post',
  },
  x: {
    kind: 'oauth',
    name: 'X',
    issuer: 'https://x.com',
    authorization: 'https://x.com/i/oauth2/authorize',
    token: 'https://api.x.com/2/oauth2/token',
    userInfo: ['https://api.x.com/2/users/me?user.fields=confirmed_email,profile_image_url'],
    scopes: ['users.read', 'users.email', 'tweet.read'],
    read: readXAnswers,
    clientAuth: 'basic',
  },
}

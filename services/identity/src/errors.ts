import { defineProblems } from '@fanfare/kernel'

export const problem = defineProblems('identity', {
  credentials_wrong: { kind: 'unauthenticated', message: 'The address or the password is wrong' },
  csrf_wrong: {
    kind: 'forbidden',
    message:
      "A request with the session's cookie must hold the value of the cookie fanfare_csrf in the header fanfare-csrf. Load the page again",
  },
  key_unknown: {
    kind: 'unauthenticated',
    message: 'The API key is not known: it was deleted or mistyped. Create one in the settings of the workspace',
  },
  session_missing: { kind: 'missing', message: 'There is no session {sessionId}, or it has ended' },
  sign_up_closed: {
    kind: 'forbidden',
    message: 'Nobody can sign up here by themselves. Ask somebody who has a workspace here for an invitation',
  },
  link_spent: {
    kind: 'forbidden',
    message: 'The link does not work any more: it was used, replaced by a newer one, or is too old. Ask for a new one',
  },
  address_taken: { kind: 'conflict', message: 'There is an account with this address already' },
  password_refused: { kind: 'invalid', message: 'Choose another password' },
  password_wrong: { kind: 'forbidden', message: 'The password is not the current one' },
  password_unset: {
    kind: 'conflict',
    message: 'The account has no password yet. Set one by the link for a forgotten password',
  },
  password_changed_meanwhile: { kind: 'conflict', message: 'The password was changed by somebody else in this moment' },
  only_owner: {
    kind: 'conflict',
    message:
      'Nobody else owns {workspaces}. Make somebody an owner there, or delete it, before you delete your account',
  },
  operator_only: { kind: 'forbidden', message: 'Only the person who set up this installation may see this' },
  setup_done: { kind: 'conflict', message: 'This installation has its owner already. Sign in instead' },
  setup_token_wrong: {
    kind: 'forbidden',
    message: 'The setup link is not the one that the last start printed. Copy it from the log of the server',
  },
  workspace_missing: { kind: 'missing', message: 'There is no workspace {workspace}, or you are not in it' },
  api_key_missing: { kind: 'missing', message: 'No API key has the id {keyId}' },
  role_too_high: { kind: 'forbidden', message: 'A caller with the role {role} may not give the role {wanted}' },
  federation_off: { kind: 'missing', message: 'This way to sign in is not set up here' },
  federation_stale: {
    kind: 'forbidden',
    message: 'This sign-in was not begun in this browser, took too long or was used before. Begin it again',
  },
  federation_denied: { kind: 'forbidden', message: '{provider} says that the sign-in was given up. Begin it again' },
  federation_refused: { kind: 'forbidden', message: 'What {provider} answered cannot be trusted: {reason}' },
  federation_unreachable: { kind: 'unavailable', message: '{provider} cannot be reached now: {reason}' },
  federation_unknown: {
    kind: 'forbidden',
    message:
      'No account opens with this sign-in. Sign in another way and link it in your profile, or ask for an invitation',
  },
  federation_unverified: {
    kind: 'forbidden',
    message: 'The provider does not say that your address is verified, so it opens nothing here',
  },
  federation_domain: {
    kind: 'forbidden',
    message: 'The single sign-on of this workspace does not speak for addresses of {domain}',
  },
  federation_taken: {
    kind: 'conflict',
    message: 'This account is linked to somebody already, or you have linked another one of this provider',
  },
  external_account_missing: { kind: 'missing', message: 'No linked account has the id {externalAccountId}' },
  last_way_in: {
    kind: 'conflict',
    message: 'This is your only way to sign in. Set a password or add a passkey first',
  },
  sso_required: {
    kind: 'forbidden',
    message: 'Addresses of {domain} sign in with single sign-on. Go back and continue with it',
  },
  sso_issuer_refused: { kind: 'invalid', message: '{issuer} cannot be used as an issuer: {reason}' },
  sso_secret_needed: {
    kind: 'invalid',
    message: 'Give the client secret: there is none for this issuer and client id',
  },
  sso_missing: { kind: 'missing', message: 'This workspace has no single sign-on' },
  sso_domain_missing: { kind: 'missing', message: 'No domain of the single sign-on has the id {domainId}' },
  sso_domain_limit: { kind: 'conflict', message: 'A workspace can have {most} domains; delete one first' },
  sso_domain_unproven: { kind: 'conflict', message: '{domain} is not proven: {reason}' },
  sso_domain_taken: { kind: 'conflict', message: '{domain} is proven for another workspace' },
  sso_domain_changed: { kind: 'conflict', message: '{domain} was changed meanwhile. Look again' },
})

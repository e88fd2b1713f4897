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
  key_expired: {
    kind: 'unauthenticated',
    message:
      'The API key has expired on {expiresAt}. Give it a later end in the settings of the workspace, or create one',
  },
  key_address: {
    kind: 'forbidden',
    message:
      'The API key may not be used from {address}. Add the address to the networks of the key in the settings of the workspace',
  },
  key_expiry_past: {
    kind: 'invalid',
    message: 'A key cannot expire at {expiresAt}: that is over. Choose a later time',
  },
  scope_beyond_role: {
    kind: 'invalid',
    message: 'The role {role} does not have: {scopes}. Choose another role, or leave them out',
  },
  scope_beyond_caller: {
    kind: 'forbidden',
    message: 'Nobody gives more than they have, and you do not have: {scopes}',
  },
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
  too_many_tries: {
    kind: 'limited',
    message:
      'Too many tries have failed. Wait as long as the header Retry-After says, use a browser you have signed in on before, or reset your password by mail',
  },
  token_wrong: {
    kind: 'unauthenticated',
    message: 'The access token is not ours, has run out or its session has ended. Refresh it, or sign in again',
  },
  refresh_token_wrong: {
    kind: 'unauthenticated',
    message: 'The refresh token is not known, was spent before or its session has ended. Sign in again',
  },
  setup_done: { kind: 'conflict', message: 'This installation has its owner already. Sign in instead' },
  setup_token_wrong: {
    kind: 'forbidden',
    message: 'The setup link is not the one that the last start printed. Copy it from the log of the server',
  },
  workspace_missing: { kind: 'missing', message: 'There is no workspace {workspace}, or you are not in it' },
  api_key_missing: { kind: 'missing', message: 'No API key has the id {keyId}' },
  appearance_colour: {
    kind: 'invalid',
    message:
      'The colour {colour} is hard to read {where}: its contrast is {contrast} and must be 4.5. {suggestion} passes',
  },
  domain_missing: { kind: 'missing', message: 'There is no domain to check. Save one first' },
  domain_taken: {
    kind: 'conflict',
    message: '{domain} is in use already, by another workspace or by this installation',
  },
  domain_unproven: {
    kind: 'conflict',
    message:
      'DNS does not show yet that {domain} is yours. Publish the TXT record at {name}, wait until it is out and check again',
  },
  domain_unknown: {
    kind: 'unavailable',
    message: 'DNS did not answer for {domain}; nothing was changed. Check again in a moment',
  },
  picture_missing: { kind: 'missing', message: 'No picture has the key {key}. Upload it first' },
  picture_type: { kind: 'unsupported', message: 'The file is no PNG, JPEG, WebP or SVG picture' },
  picture_mismatch: { kind: 'unsupported', message: 'The file is {type}, but was sent as {declared}' },
  picture_refused: { kind: 'invalid', message: 'The picture {reason}' },
  picture_too_large: {
    kind: 'invalid',
    message: 'The picture is larger than {maxSide} pixels on a side or {megapixels} megapixels; make it smaller',
  },
  picture_unreadable: { kind: 'invalid', message: 'The picture is broken or too complex to draw; save it anew as PNG' },
  role_too_high: { kind: 'forbidden', message: 'A caller with the role {role} may not give the role {wanted}' },
  member_missing: { kind: 'missing', message: 'Nobody with the id {userId} is in this workspace' },
  member_already: { kind: 'conflict', message: '{email} is in this workspace already' },
  last_owner: {
    kind: 'conflict',
    message: 'A workspace keeps an owner. Make somebody else one first, or delete the workspace',
  },
  team_missing: { kind: 'missing', message: 'No team has the id {teamId}' },
  team_taken: { kind: 'conflict', message: 'There is a team called {name} already' },
  team_member_missing: { kind: 'missing', message: 'The person {userId} is not in the team {teamId}' },
  invitation_missing: { kind: 'missing', message: 'No invitation has the id {invitationId}' },
  invitation_pending: {
    kind: 'conflict',
    message: '{email} is invited already. Send that invitation again, or revoke it',
  },
  invitation_gone: {
    kind: 'missing',
    message: 'The invitation is used, revoked or too old. Ask for a new one',
  },
  invitation_foreign: {
    kind: 'forbidden',
    message: 'The invitation is for another address than yours, {email}. Sign in with the account of that address',
  },
  export_running: {
    kind: 'conflict',
    message: 'An export of this workspace is under way already. Wait for it, or delete it',
  },
  export_missing: { kind: 'missing', message: 'No export has the id {exportId}, or it has run out' },
  export_unfinished: { kind: 'conflict', message: 'The export is {state}: there is no file to fetch' },
  name_mistyped: { kind: 'invalid', message: 'That is not the name of the workspace. Type it as it is: {name}' },
  deletion_asked: { kind: 'conflict', message: 'The workspace will be deleted at {at} already' },
  deletion_gone: { kind: 'missing', message: 'The workspace is not about to be deleted, or its deletion has begun' },
  transfer_gone: {
    kind: 'missing',
    message: 'There is no offer of ownership for you: it was withdrawn, used or is too old',
  },
  transfer_to_self: { kind: 'invalid', message: 'You own the workspace already. Name another member' },
  workspace_halted: {
    kind: 'forbidden',
    message: 'The workspace {workspace} is suspended or about to be deleted: nobody can join it now',
  },
  limit_reached: {
    kind: 'limited',
    message:
      'The limit of {allowed} {what} is reached: {used} are used and this would add {adding}. {advice}, or ask the operator of this installation for more',
    retryable: false,
  },
  factor_missing: { kind: 'missing', message: 'You have no second factor with the id {factorId}' },
  factor_there: { kind: 'conflict', message: 'There is a second factor of the kind {kind} already. Remove it first' },
  factor_not_offered: {
    kind: 'unprocessable',
    message: 'Second factors of the kind {kind} are not set up on this installation. Choose another one',
  },
  code_wrong: {
    kind: 'unprocessable',
    message: 'This does not match, or was used before. Try again with a new code',
  },
  code_too_soon: {
    kind: 'limited',
    message: 'A code was sent a moment ago, or too many within the hour. Wait before you ask for another one',
  },
  passkey_refused: {
    kind: 'unprocessable',
    message: 'The passkey was not accepted: it is not known here, or too much time went by. Try again',
  },
  proof_refused: {
    kind: 'unprocessable',
    message: 'You cannot prove who you are with {method}. GET /v1/proofs names the ways that you have',
  },
  text_failed: {
    kind: 'unavailable',
    message: 'The code could not be sent by SMS: {reason}. Try again, or choose another way',
  },
  second_factor_needed: {
    kind: 'forbidden',
    message: 'This workspace asks for a second factor of everybody. Add one in your security settings',
  },
  second_factor_first: {
    kind: 'conflict',
    message: 'Add a second factor to your own account before you ask for one of everybody',
  },
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

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
  setup_done: { kind: 'conflict', message: 'This installation has its owner already. Sign in instead' },
  setup_token_wrong: {
    kind: 'forbidden',
    message: 'The setup link is not the one that the last start printed. Copy it from the log of the server',
  },
  workspace_missing: { kind: 'missing', message: 'There is no workspace {workspace}, or you are not in it' },
  api_key_missing: { kind: 'missing', message: 'No API key has the id {keyId}' },
  role_too_high: { kind: 'forbidden', message: 'A caller with the role {role} may not give the role {wanted}' },
})

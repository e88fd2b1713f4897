import { defineProblems } from '@fanfare/kernel'

export const problem = defineProblems('identity', {
  credentials_wrong: { kind: 'unauthenticated', message: 'The address or the password is wrong' },
  key_unknown: {
    kind: 'unauthenticated',
    message: 'The API key is not known: it was deleted or mistyped. Create one in the settings of the workspace',
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
})

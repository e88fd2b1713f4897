/** What the address of a page says after a sign-in elsewhere that came to nothing: a code, never a text of somebody else's. */
const sentences: Readonly<Record<string, string>> = {
  'identity.federation_stale':
    'This sign-in was not begun in this browser, took too long or was used before. Begin it again.',
  'identity.federation_denied': 'The sign-in was given up at the provider. Begin it again, or sign in another way.',
  'identity.federation_refused':
    'The answer of the provider could not be trusted, so nobody was signed in. Try again; the server’s log has the reason.',
  'identity.federation_unreachable': 'The provider cannot be reached now. Try again in a while.',
  'identity.federation_unknown':
    'No account opens with this sign-in. Sign in another way and link it in your profile, or ask for an invitation.',
  'identity.federation_unverified':
    'The provider does not say that your address is verified, so it opens nothing here.',
  'identity.federation_domain': 'This single sign-on does not speak for the domain of that address.',
  'identity.federation_taken':
    'That account is linked to somebody already, or you have linked another one of this provider.',
  'identity.federation_off': 'This way to sign in is not set up any more.',
  'identity.sso_required': 'Your workspace asks you to use its single sign-on. Type your address to continue with it.',
}

export function sentenceOfFailure(code: unknown): string | undefined {
  if (typeof code !== 'string') return undefined
  return sentences[code] ?? 'The sign-in did not work. Try again; the server’s log has the reason.'
}

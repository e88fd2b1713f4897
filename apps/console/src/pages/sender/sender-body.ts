import type { NewSender, Sender } from '../../api/types.ts'

type Secret = 'password' | 'signingKey'

/**
 * A sender as a change sends it back. A change replaces the whole, so each form begins here and alters what it shows;
 * the type asks for every field, so that a new one cannot be forgotten. Secrets stay unsaid: the server keeps its own.
 */
export function bodyOfSender(sender: Sender): Required<Omit<NewSender, Secret>> {
  const { name, fromName, fromEmail, replyTo, postalAddress, trackingDomain, kind, smtp, provider } = sender
  const { messagesPerSecond, pacing, returnPathDomain, fallbackSenderIds } = sender
  return {
    name,
    fromName,
    fromEmail,
    replyTo,
    postalAddress,
    trackingDomain,
    kind,
    smtp,
    provider,
    messagesPerSecond,
    pacing,
    returnPathDomain,
    fallbackSenderIds,
  }
}

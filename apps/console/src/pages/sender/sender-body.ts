import type { NewSender, Sender } from '../../api/types.ts'

/** A sender as a change sends it back. A change replaces the whole, so each form begins here and alters what it shows. */
export function bodyOfSender(sender: Sender): NewSender {
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

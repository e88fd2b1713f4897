/**
 * Signed whether they are there or not, once more than they occur, so that adding one of them breaks the signature
 * (RFC 6376 §8.15). The two for unsubscribing must be signed for a one-click to count (RFC 8058 §4).
 */
const oversigned: readonly string[] = [
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'reply-to',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'mime-version',
  'content-type',
]
/** Signed as often as they occur. The other list fields are in here by their beginning. */
const signedWhenThere: ReadonlySet<string> = new Set([
  'sender',
  'in-reply-to',
  'references',
  'content-transfer-encoding',
  'auto-submitted',
  'precedence',
  // Gmail's complaint reports count only a Feedback-ID inside a signature.
  'feedback-id',
])

/** The value of `h=` for a message whose fields have these names, in lower case and in their order. */
export function signedNames(names: readonly string[]): string[] {
  const present = names.filter((name) => oversigned.includes(name))
  const others = names.filter((name) => !oversigned.includes(name) && (signedWhenThere.has(name) || isOfList(name)))
  const lists = new Set(others.filter(isOfList))
  return [...present, ...others, ...oversigned, ...lists]
}

function isOfList(name: string): boolean {
  return name.startsWith('list-')
}

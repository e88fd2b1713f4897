/** Of one reply; what is longer says nothing more. */
const longest = 4_000

/**
 * What a reply says, in lower case and on one line, without what others chose: mailbox names, paths of links, codes
 * repeated on each line. A mailbox named `blocked@…` must not look like a block; a link's host may be a block list's.
 */
export function wordsOf(text: string): string {
  return (
    text
      .slice(0, longest)
      .replace(/\bhttps?:\/\/([^\s/?#<>"')\]]{1,253})[^\s<>"')\]]*/gi, ' $1 ')
      .replace(/[^\s<>"'()[\],;:]{1,64}@[^\s<>"'()[\],;]{1,253}/g, '@')
      .replace(/\b[245]\d\d[- ]+#?[245]\.\d{1,3}\.\d{1,3}\b|\b[245]\d\d-|#?\b[245]\.\d{1,3}\.\d{1,3}\b/g, ' ')
      .replace(/^\W*[245]\d\d\b/, ' ')
      .replace(/[‘’´`]/g, "'")
      // Postfix puts its own verdict before the reason it was given.
      .replace(/\brecipient address rejected: +(?=(?!access denied)\w)/gi, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .toLowerCase()
  )
}

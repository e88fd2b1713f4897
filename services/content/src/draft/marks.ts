import { findTags, type Tag } from './tags.ts'

/**
 * A text whose Mustache tags are replaced by marks: words of letters and digits that pass untouched through MJML, the
 * sanitiser and the text maker, whatever a tag holds and wherever it stands.
 */
export interface Marked {
  readonly text: string
  readonly tags: readonly Tag[]
  /** Finds marks; the first group is the index of the tag. */
  readonly pattern: RegExp
}

export function mark(text: string): Marked {
  const word = unusedWord(text)
  const tags = findTags(text)
  let at = 0
  const pieces = tags.map((tag, index) => {
    const before = text.slice(at, tag.start)
    at = tag.start + tag.source.length
    return tag.kind === 'comment' ? before : `${before}${word}${index}z`
  })
  return { text: pieces.join('') + text.slice(at), tags, pattern: new RegExp(`${word}(\\d+)z`, 'g') }
}

/** The tags whose marks stand in a text. */
export function markedIn(marked: Marked, text: string): Tag[] {
  return Array.from(text.matchAll(marked.pattern), (match) => marked.tags[Number(match[1])] as Tag)
}

/** Puts the tags back. `write` says how each is written; by default as its author wrote it. */
export function unmark(marked: Marked, text: string, write: (tag: Tag) => string = (tag) => tag.source): string {
  return text.replace(marked.pattern, (_, index: string) => write(marked.tags[Number(index)] as Tag))
}

/** A word that the text does not hold, so that nobody can write a mark himself. */
function unusedWord(text: string): string {
  for (let number = 0; ; number += 1) {
    const word = `fftag${number}x`
    if (!text.toLowerCase().includes(word)) return word
  }
}

import type { Verdict } from '../contract.ts'
import type { Copy } from './copy.ts'

export type Remark = Verdict['remarks'][number]

/** What a phone shows of a subject. */
const subjectCharacters = 60
const words = { few: 15, many: 220 }
const longSentence = 32
/** Shared words of all words, above which a test of two variants can tell nothing. */
const tooAlike = 0.85

/** What can be said of the words by counting, whoever wrote them. */
export function critique(copy: Copy, others: readonly Copy[]): Remark[] {
  return [...critiqueSubject(copy), ...critiqueBody(copy), ...critiqueLikeness(copy, others)]
}

function critiqueSubject({ subject, preheader }: Copy): Remark[] {
  const remarks: Remark[] = []
  if (subject.length > subjectCharacters) {
    remarks.push(warning(`The subject has ${subject.length} characters; a phone shows about ${subjectCharacters}.`))
  } else {
    remarks.push(praise(`The subject has ${subject.length} characters and fits a phone.`))
  }
  if (preheader === '')
    remarks.push(warning('There is no preheader, so readers see the beginning of the body instead.'))
  if (preheader !== '' && subject.includes(preheader)) remarks.push(warning('The preheader repeats the subject.'))
  return remarks
}

function critiqueBody({ paragraphs, points, closing }: Copy): Remark[] {
  const text = [...paragraphs, ...points, closing].join(' ')
  const count = wordsOf(text).length
  const longest = Math.max(0, ...text.split(/[.!?…]+\s/).map((sentence) => wordsOf(sentence).length))
  const remarks: Remark[] = []
  if (count < words.few) remarks.push(warning(`The body has ${count} words. Say what the reader gets.`))
  else if (count > words.many) remarks.push(warning(`The body has ${count} words. Most readers leave before that.`))
  else remarks.push(praise(`The body has ${count} words.`))
  if (longest > longSentence) remarks.push(warning(`One sentence has ${longest} words. Split it.`))
  return remarks
}

function critiqueLikeness(copy: Copy, others: readonly Copy[]): Remark[] {
  return others
    .filter((other) => other.label !== copy.label && likeness(copy, other) > tooAlike)
    .map((other) => warning(`It says almost the same as ${other.label}; a test between them can tell nothing.`))
}

/** Jaccard similarity of the words of two variants, 0 to 1. */
export function likeness(one: Copy, other: Copy): number {
  const [a, b] = [one, other].map(
    ({ subject, headline, paragraphs, points, closing }) =>
      new Set(wordsOf([subject, headline, ...paragraphs, ...points, closing].join(' ').toLowerCase())),
  ) as [Set<string>, Set<string>]
  const all = a.union(b).size
  return all === 0 ? 1 : a.intersection(b).size / all
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}'’-]+/gu) ?? []
}

function warning(text: string): Remark {
  return { level: 'warning', text }
}

function praise(text: string): Remark {
  return { level: 'praise', text }
}

/** Why a password that is long enough is refused all the same. */
export type PasswordFault = 'common' | 'repeats' | 'sequence' | 'personal'

export interface PasswordContext {
  readonly common: ReadonlySet<string>
  /** What an attacker tries first: names of the product, the workspaces and the person, and their address. */
  readonly personal: readonly string[]
}

/** Of what is left of a password without the words that anybody can guess. */
const leftAtLeast = 8

/**
 * NIST SP 800-63B-4 §3.1.1.2: compared with what is commonly used and with words of the context, nothing asked of its
 * composition. Undefined when it may be used.
 */
export function findPasswordFault(password: string, { common, personal }: PasswordContext): PasswordFault | undefined {
  const plain = password.normalize('NFKC').toLowerCase()
  if (isCommon(plain, common)) return 'common'
  if (isRepetition(plain, common)) return 'repeats'
  if (isSequence(plain)) return 'sequence'
  const left = withoutWords(plain, wordsOf(personal))
  if (left !== plain && (left.length < leftAtLeast || isCommon(left, common))) return 'personal'
  return undefined
}

/** A common one as it is, or with digits and signs around it to make it longer. */
function isCommon(plain: string, common: ReadonlySet<string>): boolean {
  return common.has(plain) || common.has(plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
}

/** One short or common piece over and over: `abcabcabcabc`, `passwordpassword`. */
function isRepetition(plain: string, common: ReadonlySet<string>): boolean {
  const unit = /^(.+?)\1+$/su.exec(plain)?.[1]
  return unit !== undefined && (unit.length <= 6 || isCommon(unit, common))
}

/** Each character the next one of the alphabet, or the one before: `abcdefghijkl`, `210987654321`. */
function isSequence(plain: string): boolean {
  const steps = new Set<number>()
  for (let index = 1; index < plain.length; index += 1) {
    const step = plain.charCodeAt(index) - plain.charCodeAt(index - 1)
    // The row of digits goes on after 9.
    steps.add(step === -9 && plain[index] === '0' ? 1 : step === 9 && plain[index] === '9' ? -1 : step)
  }
  return steps.size === 1 && (steps.has(1) || steps.has(-1))
}

/** Words of three letters and more, the longest first, so that a short one does not break up a longer one. */
function wordsOf(personal: readonly string[]): string[] {
  const texts = personal.map((text) => text.normalize('NFKC').toLowerCase())
  const words = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
  return [...new Set(words)].filter((word) => word.length >= 3).toSorted((a, b) => b.length - a.length)
}

function withoutWords(plain: string, words: readonly string[]): string {
  let left = plain
  for (const word of words) left = left.replaceAll(word, '')
  // Digits and signs between the words are no secret either.
  return left === plain ? plain : left.replace(/[^\p{L}]+/gu, '')
}

/** What DNS said: records, that there are none, or nothing that can be relied on. */
export type Answer<T> =
  | { readonly kind: 'found'; readonly records: readonly T[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly reason: string }

/** The codes of `node:dns` for a name, or a record of that type, that does not exist. */
const absent = new Set(['ENOTFOUND', 'ENODATA'])

/** Turns one question of a `Resolver` into an answer. Never throws. */
export async function answerOf<T>(question: Promise<readonly T[]>): Promise<Answer<T>> {
  try {
    const records = await question
    return records.length === 0 ? { kind: 'none' } : { kind: 'found', records }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return absent.has(code ?? '') ? { kind: 'none' } : { kind: 'failed', reason: code ?? message }
  }
}

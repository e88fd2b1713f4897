import { createHash } from 'node:crypto'
import { type CompiledDraft, compileDraft, type DraftContext, type DraftTexts } from './draft/compile.ts'

const mostKept = 100
const mostCharacters = 100_000

/** Drafts compiled lately. The same texts in the same context always make the same, so nothing in here is ever out of date. */
export interface CompileCache {
  compile(draft: DraftTexts, context: DraftContext): Promise<CompiledDraft>
}

export function createCompileCache(): CompileCache {
  const kept = new Map<string, Promise<CompiledDraft>>()
  return {
    compile({ subject, preheader, format, body }, context) {
      const draft = { subject, preheader, format, body }
      if (body.length > mostCharacters) return compileDraft(draft, context)
      const key = keyOf(draft, context)
      const known = kept.get(key)
      // Put last again: what is asked for least goes first.
      kept.delete(key)
      const compiled = known ?? compileDraft(draft, context)
      kept.set(key, compiled)
      compiled.catch(() => kept.delete(key))
      if (kept.size > mostKept) kept.delete(kept.keys().next().value as string)
      return compiled
    },
  }
}

function keyOf(draft: DraftTexts, { fields, partials }: DraftContext): string {
  const text = JSON.stringify([draft, [...fields].sort(), Object.entries(partials).sort()])
  return createHash('sha256').update(text).digest('base64')
}

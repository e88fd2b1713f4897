import { type EmailPurpose, systemFields } from './contract.ts'
import type { Deps } from './deps.ts'
import { type CompiledDraft, compileDraft, type DraftContext, type DraftTexts } from './draft/compile.ts'
import { listPartials } from './store.ts'

type Reading = Pick<Deps, 'db' | 'audience'>

/** Compiles a draft with the fields and partials of its workspace. */
export async function compileFor(deps: Reading, tenantId: string, draft: DraftTexts): Promise<CompiledDraft> {
  return compileDraft(draft, await readContext(deps, tenantId, draft, 'marketing'))
}

const partialTag = /\{\{\s*>/

/**
 * What a draft is compiled with. Partials are read where it names one; fields where a name that is none would be an error,
 * which it is not in a transactional email.
 */
export async function readContext(
  { db, audience }: Reading,
  tenantId: string,
  draft: DraftTexts,
  purpose: EmailPurpose,
): Promise<DraftContext> {
  const needsPartials = [draft.subject, draft.preheader, draft.body].some((text) => partialTag.test(text))
  const [fields, partials] = await Promise.all([
    purpose === 'marketing' ? audience.listFields({ tenantId }) : [],
    needsPartials ? db.withTenant(tenantId, (trx) => listPartials(trx, tenantId)) : [],
  ])
  return {
    fields: new Set([...fields.map((field) => field.key), ...systemFields]),
    partials: Object.fromEntries(partials.map((partial) => [partial.name, partial.body])),
  }
}

import { systemFields } from './contract.ts'
import type { Deps } from './deps.ts'
import { type CompiledDraft, compileDraft, type DraftTexts } from './draft/compile.ts'
import { listPartials } from './store.ts'

/** Compiles a draft with the fields and partials of its workspace. */
export async function compileFor(
  { db, audience }: Pick<Deps, 'db' | 'audience'>,
  tenantId: string,
  draft: DraftTexts,
): Promise<CompiledDraft> {
  const [fields, partials] = await Promise.all([
    audience.listFields({ tenantId }),
    db.withTenant(tenantId, (trx) => listPartials(trx, tenantId)),
  ])
  return compileDraft(draft, {
    fields: new Set([...fields.map((field) => field.key), ...systemFields]),
    partials: Object.fromEntries(partials.map((partial) => [partial.name, partial.body])),
  })
}

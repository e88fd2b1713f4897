import type { Brief, CrewRun } from '@fanfare/ai/contract'
import { withdrawnApproval } from './campaigns.ts'
import type { AcceptedDraft, Campaign, Variant } from './contract.ts'
import type { Deps } from './deps.ts'
import { fillShares } from './shares.ts'
import { type CampaignKey, patchCampaign } from './store.ts'
import { fingerprintNow } from './texts.ts'
import { transition } from './transition.ts'
import { presentCampaign } from './wire.ts'

type DraftDeps = Pick<Deps, 'db' | 'clock' | 'live' | 'events' | 'ids' | 'ai' | 'content' | 'delivery'>

/** Puts the crew to work on a brief. The run and its place on the campaign are committed together. */
export async function draftCampaign(deps: DraftDeps, key: CampaignKey, brief: Brief): Promise<CrewRun> {
  const { tenantId } = key
  return deps.db.withTenant(tenantId, async (trx) => {
    await transition(deps, key, {
      action: 'change',
      patch: { brief: JSON.stringify(brief), ...withdrawnApproval },
    })
    const run = await deps.ai.startRun({ tenantId, brief })
    await patchCampaign(trx, key, { crew_run_id: run.id })
    return run
  })
}

/** Makes emails of what a person made of the crew's draft, and these the variants of the campaign. */
export async function acceptDraft(deps: DraftDeps, key: CampaignKey, draft: AcceptedDraft): Promise<Campaign> {
  const { tenantId } = key
  const row = await transition(deps, key, {
    action: 'change',
    patch: { crew_run_id: draft.runId, ...withdrawnApproval },
    effect: async ({ name }, trx) => {
      await deps.ai.getRun({ tenantId, runId: draft.runId })
      const variants = JSON.stringify(await makeVariants(deps, tenantId, name, draft))
      const changed = await patchCampaign(trx, key, { variants })
      return patchCampaign(trx, key, { fingerprint: await fingerprintNow(deps, changed) })
    },
  })
  return presentCampaign(deps, row)
}

async function makeVariants(deps: DraftDeps, tenantId: string, campaignName: string, draft: AcceptedDraft) {
  const shares = fillShares(draft.variants.map(({ share }) => share))
  const variants: Variant[] = []
  for (const [index, { label, subject, preheader, body }] of draft.variants.entries()) {
    const name = `${campaignName} · ${label}`.slice(0, 200)
    const email = await deps.content.createEmail({
      tenantId,
      draft: { name, subject, preheader, body, format: 'mjml' },
    })
    variants.push({ id: deps.ids.next(), label, emailId: email.id, share: shares[index] ?? 0 })
  }
  return variants
}

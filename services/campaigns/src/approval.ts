import type { Campaign, Readiness } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { checkReadiness, isReady, type Preparation } from './readiness.ts'
import type { CampaignKey, CampaignRow } from './store.ts'
import { fingerprintOfTexts, readTexts, unlessMissing, type VariantText } from './texts.ts'
import { getRow, transition } from './transition.ts'
import { presentCampaign } from './wire.ts'

type ReadDeps = Pick<Deps, 'db' | 'ai' | 'audience' | 'content' | 'delivery'>

export async function getReadiness(deps: ReadDeps, key: CampaignKey): Promise<Readiness> {
  return readinessOf(deps, await getRow(deps, key))
}

/**
 * Approves what the person saw. A campaign or email that changed since has another fingerprint; a change that comes between
 * the look and the update has moved the version on.
 */
export async function approveCampaign(
  deps: ReadDeps & Pick<Deps, 'clock' | 'live' | 'events'>,
  key: CampaignKey,
  { fingerprint, userId }: { fingerprint: string; userId: string | undefined },
): Promise<Campaign> {
  const seen = await getRow(deps, key)
  const readiness = await readinessOf(deps, seen)
  if (readiness.fingerprint !== fingerprint) throw problem('changed_since')
  if (!readiness.ready) throw notReady(readiness)
  const row = await transition(deps, key, {
    action: 'approve',
    patch: { fingerprint, approved_at: deps.clock.now(), approved_by: userId ?? null, attention: null },
    expected: { version: seen.version },
  })
  return presentCampaign(deps, row)
}

function notReady({ checks }: Readiness) {
  const failed = checks.filter(({ state }) => state === 'fail')
  return problem('not_ready', {
    detail: { reasons: failed.map(({ text }) => text).join('; ') },
    violations: failed.map(({ name, text }) => ({ path: `/${name}`, message: text })),
  })
}

async function readinessOf(deps: ReadDeps, row: CampaignRow): Promise<Readiness> {
  const texts = await readTexts(deps, row)
  const preparation = await prepare(deps, row, texts)
  const checks = checkReadiness(preparation)
  return {
    ready: isReady(checks),
    fingerprint: fingerprintOfTexts(row, texts),
    audienceCount: preparation.audience?.count ?? null,
    checks,
  }
}

async function prepare(deps: ReadDeps, row: CampaignRow, texts: readonly VariantText[]): Promise<Preparation> {
  const tenantId = row.tenant_id
  const senders = row.sender_id === null ? [] : await deps.delivery.listSenders({ tenantId })
  const audience =
    row.audience === null
      ? undefined
      : await deps.audience.describeAudience({ tenantId, audience: row.audience }).catch(unlessMissing)
  const variants: Preparation['variants'][number][] = []
  for (const { label, share, email } of texts) {
    // Checked anew: a field that the text names may have been removed since it was saved.
    const findings = email && (await deps.content.checkEmail({ tenantId, draft: email }))
    variants.push({ label, share, findings })
  }
  const { postalAddress } = await deps.ai.getBrand({ tenantId })
  return { sender: senders.find(({ id }) => id === row.sender_id), audience, variants, brandAddress: postalAddress }
}

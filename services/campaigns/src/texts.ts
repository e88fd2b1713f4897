import type { Email } from '@fanfare/content/contract'
import { isProblem } from '@fanfare/kernel'
import type { Deps } from './deps.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { CampaignRow } from './store.ts'

export interface VariantText {
  readonly label: string
  readonly share: number
  readonly emailId: string
  /** Undefined when the email was deleted. */
  readonly email: Email | undefined
}

/** The emails of a campaign's variants as they are now. */
export async function readTexts({ content }: Pick<Deps, 'content'>, row: CampaignRow): Promise<VariantText[]> {
  const texts: VariantText[] = []
  // At most ten, and one after the other: inside a transaction they share its connection.
  for (const { label, share, emailId } of row.variants) {
    const email = await content.getEmail({ tenantId: row.tenant_id, emailId }).catch(unlessMissing)
    texts.push({ label, share, emailId, email })
  }
  return texts
}

/** The fingerprint of what would be sent if it were sent now. */
export async function fingerprintNow(deps: Pick<Deps, 'content'>, row: CampaignRow): Promise<string> {
  return fingerprintOfTexts(row, await readTexts(deps, row))
}

export function fingerprintOfTexts(row: CampaignRow, texts: readonly VariantText[]): string {
  return fingerprintOf({
    senderId: row.sender_id,
    audience: row.audience,
    holdoutPercent: row.holdout_percent,
    variants: texts.map(({ label, share, emailId, email }) => ({
      label,
      share,
      emailId,
      revision: email?.revision ?? 0,
    })),
  })
}

/** Nothing where the owner says it has none of that id. */
export function unlessMissing(error: unknown): undefined {
  if (isProblem(error) && error.kind === 'missing') return undefined
  throw error
}

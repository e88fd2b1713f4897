import { hash } from 'node:crypto'

export interface AssignableCampaign {
  readonly id: string
  readonly holdoutPercent: number
  readonly variants: readonly { readonly id: string; readonly share: number }[]
}

/**
 * The variant of one contact, or null for one who is held out. It follows from the two ids alone, so a repeated launch
 * page, another process and a later audit come to the same answer. Holding out and choosing draw from different
 * hashes: who is held out says nothing about the variant, and the shares hold among those who are written to.
 */
export function assignVariant(campaign: AssignableCampaign, contactId: string): string | null {
  if (campaign.holdoutPercent > 0 && fractionOf('holdout', campaign.id, contactId) * 100 < campaign.holdoutPercent) {
    return null
  }
  const point = fractionOf('variant', campaign.id, contactId) * 100
  let upTo = 0
  for (const variant of campaign.variants) {
    upTo += variant.share
    if (point < upTo) return variant.id
  }
  throw new RangeError(`The shares of campaign ${campaign.id} add up to ${upTo}, not to 100`)
}

/** A number in [0, 1) from the first 48 bits of a hash: the most that a double holds exactly with room to spare. */
function fractionOf(purpose: string, campaignId: string, contactId: string): number {
  const digest = hash('sha256', `${purpose}:${campaignId}:${contactId}`, 'hex')
  return Number.parseInt(digest.slice(0, 12), 16) / 2 ** 48
}

import type { Clock, Database, Http } from '@fanfare/kernel'
import { type Brand, productName, type ShownAppearance } from '../contract/appearance.ts'
import { installation } from '../installation.ts'
import type { Schema } from '../store/schema.ts'
import type { AppearanceRow, DomainRow } from '../store/tables/white-label.ts'
import { findAppearance, listDomains } from '../store/white-label.ts'
import { shadesOf } from './colours.ts'
import { domainOfAddress } from './domain-proof.ts'

const productAccent = '#5b4fcf'

/** What is known of the look of a workspace, or of the installation. */
export interface Look {
  readonly shown: ShownAppearance
  /** What is shown where a workspace chose nothing. */
  readonly inherited: ShownAppearance
  readonly brand: Brand
}

/** The looks of workspaces, remembered for half a minute: mails and public pages ask for the same few over and over. */
export interface Brands {
  /** @param tenantId undefined for the installation */
  lookOf(tenantId: string | undefined): Promise<Look>
  /** After a change by this process. A change of the installation is one of all. */
  forget(tenantId: string): void
}

const rememberedMs = 30_000
const rememberedAtMost = 1_000

interface BrandDeps {
  readonly db: Database<Schema>
  readonly clock: Clock
  readonly http: Pick<Http, 'publicUrl'>
}

export function createBrands(deps: BrandDeps): Brands {
  const remembered = new Map<string, { look: Look; until: number }>()
  return {
    async lookOf(tenantId = installation) {
      const now = deps.clock.now().getTime()
      const found = remembered.get(tenantId)
      if (found !== undefined && found.until > now) return found.look
      const look = await readLook(deps, tenantId)
      remembered.delete(tenantId)
      remembered.set(tenantId, { look, until: now + rememberedMs })
      const [oldest] = remembered.keys()
      if (remembered.size > rememberedAtMost && oldest !== undefined) remembered.delete(oldest)
      return look
    },
    forget(tenantId) {
      if (tenantId === installation) remembered.clear()
      else remembered.delete(tenantId)
    },
  }
}

async function readLook({ db, http }: Omit<BrandDeps, 'clock'>, tenantId: string): Promise<Look> {
  // The installation's row is for everybody to read: a mail of the product may be written in any workspace's transaction.
  const all = await db.transaction((trx) => findAppearance(trx, installation))
  const { own, domains } =
    tenantId === installation
      ? { own: undefined, domains: [] }
      : await db.withTenant(tenantId, async (trx) => ({
          own: await findAppearance(trx, tenantId),
          domains: await listDomains(trx, tenantId),
        }))
  const shown = shownOf(own, all)
  return { shown, inherited: shownOf(undefined, all), brand: brandOf(http.publicUrl, { shown, own, all, domains }) }
}

type Chosen = AppearanceRow | undefined

/** What belongs together is taken together: a dark accent of the installation would not fit a workspace's own accent. */
function shownOf(own: Chosen, all: Chosen): ShownAppearance {
  const colours = own?.accent ? own : all
  const logos = own?.logo ? own : all
  return {
    productName: own?.product_name ?? all?.product_name ?? productName,
    accent: colours?.accent ?? productAccent,
    accentDark: colours?.accent ? colours.accent_dark : null,
    logoUrl: urlOfPicture(logos?.logo),
    logoDarkUrl: urlOfPicture(logos?.logo ? (logos.logo_dark ?? logos.logo) : undefined),
    iconUrl: urlOfPicture(own?.icon ?? all?.icon),
  }
}

export function urlOfPicture(key: string | null | undefined): string | null {
  return key ? `/v1/appearance/pictures/${key}` : null
}

interface Known {
  readonly shown: ShownAppearance
  readonly own: Chosen
  readonly all: Chosen
  readonly domains: readonly DomainRow[]
}

function brandOf(publicUrl: string, { shown, own, all, domains }: Known): Brand {
  const site = domains.find(({ purpose, proven_at, leads_here }) => purpose === 'site' && proven_at && leads_here)
  const siteUrl = site === undefined ? publicUrl : `https://${site.domain}`
  const whole = (path: string | null) => path && siteUrl + path
  return {
    productName: shown.productName,
    accentColor: shown.accent,
    accentColorDark: shadesOf(shown.accent, shown.accentDark ?? undefined)[3] as string,
    logoUrl: whole(shown.logoUrl),
    logoDarkUrl: whole(shown.logoDarkUrl),
    iconUrl: whole(shown.iconUrl),
    siteUrl,
    sender: {
      name: own?.sender_name ?? own?.product_name ?? all?.sender_name ?? all?.product_name ?? null,
      address: provenAddress(own, domains) ?? all?.sender_address ?? null,
    },
  }
}

/** An address whose domain nobody has proven would let a workspace write in a stranger's name through the operator's server. */
function provenAddress(own: Chosen, domains: readonly DomainRow[]): string | undefined {
  const address = own?.sender_address
  if (!address) return undefined
  const isProven = domains.some(({ domain, proven_at }) => domain === domainOfAddress(address) && proven_at !== null)
  return isProven ? address : undefined
}

import type { Readable } from 'node:stream'
import type { Appearance, AppearanceSettings, UploadedPicture } from '../contract/appearance.ts'
import { recordAudit } from '../contract/audit.ts'
import { problem } from '../errors.ts'
import { installation } from '../installation.ts'
import type { AppearanceRow, PictureKind } from '../store/tables/white-label.ts'
import {
  countPictures,
  deleteDomain,
  deleteOldPictures,
  findAppearance,
  findPicture,
  insertPicture,
  listDomains,
  putAppearance,
} from '../store/white-label.ts'
import { newPublicKey } from '../tokens.ts'
import { urlOfPicture } from './brand.ts'
import { contrastOfAccent, leastContrast, passingColour } from './colours.ts'
import type { WhiteLabelDeps } from './deps.ts'
import { domainOfAddress, toCustomDomain } from './domain-proof.ts'
import { claimDomain } from './domains.ts'

/** Twice the size that they are shown at, for dense screens. */
const boxes = {
  logo: { width: 640, height: 160, exact: false },
  logoDark: { width: 640, height: 160, exact: false },
  icon: { width: 256, height: 256, exact: true },
} as const
/** So many pictures that nothing shows any more stay for an undo. */
const keptPictures = 12

export async function getAppearance(
  { db, brands, http }: Pick<WhiteLabelDeps, 'db' | 'brands' | 'http'>,
  tenantId: string,
): Promise<AppearanceSettings> {
  const { row, domains } = await db.withTenant(tenantId, async (trx) => ({
    row: await findAppearance(trx, tenantId),
    domains: await listDomains(trx, tenantId),
  }))
  const { shown, inherited } = await brands.lookOf(tenantId)
  const domainFor = (wanted: string) => {
    const found = domains.find(({ purpose }) => purpose === wanted)
    return found === undefined ? null : toCustomDomain(found, http.publicUrl)
  }
  return { own: toAppearance(row), shown, inherited, siteDomain: domainFor('site'), senderDomain: domainFor('sender') }
}

/** Replaces all that was chosen. Problems: `appearance_colour`, `picture_missing`. */
export async function updateAppearance(
  deps: Pick<WhiteLabelDeps, 'db' | 'clock' | 'events' | 'brands' | 'http'>,
  tenantId: string,
  wanted: Appearance,
): Promise<AppearanceSettings> {
  refuseUnreadable(wanted.accent, 'light')
  refuseUnreadable(wanted.accentDark, 'dark')
  await deps.db.withTenant(tenantId, async (trx) => {
    const used = picturesOf(wanted)
    const found =
      used.length === 0
        ? []
        : await countPictures(
            trx,
            tenantId,
            used.map(({ key }) => key),
          )
    const missing = used.find(({ key, kind }) => !found.some((one) => one.key === key && one.kind === kind))
    if (missing) throw problem('picture_missing', { detail: missing })
    const before = toAppearance(await findAppearance(trx, tenantId))
    await putAppearance(trx, toRow(tenantId, wanted, deps.clock.now()))
    await recordAudit(deps.events, { tenantId, action: 'appearance.changed', before, after: wanted })
    // The operator's own server sends for the operator: nothing to prove.
    if (tenantId === installation) return
    if (wanted.senderAddress === null) await deleteDomain(trx, tenantId, 'sender')
    else await claimDomain(deps, trx, { tenantId, purpose: 'sender', domain: domainOfAddress(wanted.senderAddress) })
  })
  deps.brands.forget(tenantId)
  return getAppearance(deps, tenantId)
}

/** Draws a picture anew and keeps it under a random key. It shows nowhere until the appearance names the key. */
export async function uploadPicture(
  { db, clock, pictures }: Pick<WhiteLabelDeps, 'db' | 'clock' | 'pictures'>,
  tenantId: string,
  upload: { kind: PictureKind; declared: string; stream: Readable },
): Promise<UploadedPicture> {
  const bytes = Buffer.concat(await upload.stream.toArray())
  const picture = await pictures.draw(bytes, upload.declared, boxes[upload.kind])
  const key = newPublicKey()
  await db.withTenant(tenantId, async (trx) => {
    await insertPicture(trx, { tenant_id: tenantId, key, kind: upload.kind, ...picture, created_at: clock.now() })
    const used = picturesOf(toAppearance(await findAppearance(trx, tenantId))).map((one) => one.key)
    await deleteOldPictures(trx, { tenantId, used, kept: keptPictures })
  })
  return { key, url: urlOfPicture(key) ?? '', width: picture.width, height: picture.height }
}

export async function getPicture({ db }: Pick<WhiteLabelDeps, 'db'>, key: string): Promise<Buffer> {
  const bytes = await db.transaction((trx) => findPicture(trx, key))
  if (bytes === undefined) throw problem('picture_missing', { detail: { key } })
  return bytes
}

const places = { light: 'on white and under white text', dark: 'on dark pages' } as const

function refuseUnreadable(colour: string | null, scheme: 'light' | 'dark'): void {
  if (colour === null) return
  const contrast = contrastOfAccent(colour, scheme)
  if (contrast >= leastContrast) return
  const detail = {
    colour,
    where: places[scheme],
    // Cut, not rounded: 4.496 must not be told as the 4.5 that it should be.
    contrast: Math.floor(contrast * 100) / 100,
    suggestion: passingColour(colour, scheme),
  }
  const refusal = problem('appearance_colour', { detail })
  const path = `/body/${scheme === 'light' ? 'accent' : 'accentDark'}`
  throw problem('appearance_colour', { detail, violations: [{ path, message: refusal.message }] })
}

function picturesOf({ logo, logoDark, icon }: Pick<Appearance, PictureKind>): { kind: PictureKind; key: string }[] {
  return Object.entries({ logo, logoDark, icon }).flatMap(([kind, key]) =>
    key === null ? [] : [{ kind: kind as PictureKind, key }],
  )
}

function toRow(tenantId: string, wanted: Appearance, now: Date): AppearanceRow {
  return {
    tenant_id: tenantId,
    product_name: wanted.productName,
    accent: wanted.accent,
    accent_dark: wanted.accentDark,
    logo: wanted.logo,
    logo_dark: wanted.logoDark,
    icon: wanted.icon,
    sender_name: wanted.senderName,
    sender_address: wanted.senderAddress,
    updated_at: now,
  }
}

function toAppearance(row: AppearanceRow | undefined): Appearance {
  return {
    productName: row?.product_name ?? null,
    accent: row?.accent ?? null,
    accentDark: row?.accent_dark ?? null,
    logo: row?.logo ?? null,
    logoDark: row?.logo_dark ?? null,
    icon: row?.icon ?? null,
    senderName: row?.sender_name ?? null,
    senderAddress: row?.sender_address ?? null,
  }
}

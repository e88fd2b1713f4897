export const pictureKinds = ['logo', 'logoDark', 'icon'] as const

export type PictureKind = (typeof pictureKinds)[number]

/** What a domain is proven for: to serve the console and public pages, or to stand in the address of system mails. */
export type DomainPurpose = 'site' | 'sender'

export interface AppearanceRow {
  tenant_id: string
  product_name: string | null
  accent: string | null
  accent_dark: string | null
  logo: string | null
  logo_dark: string | null
  icon: string | null
  sender_name: string | null
  sender_address: string | null
  updated_at: Date
}

export interface DomainRow {
  tenant_id: string
  purpose: DomainPurpose
  domain: string
  nonce: string
  created_at: Date
  checked_at: Date | null
  proven_at: Date | null
  lost_since: Date | null
  leads_here: boolean
}

export interface WhiteLabelTables {
  'identity.appearance': AppearanceRow
  'identity.picture': {
    tenant_id: string
    key: string
    kind: PictureKind
    bytes: Buffer
    width: number
    height: number
    created_at: Date
  }
  'identity.domain': DomainRow
}

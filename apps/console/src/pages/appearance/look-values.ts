import type { Appearance, AppearanceSettings } from '../../api/types.ts'
import type { Look } from '../../ui/look.ts'

/** What the form holds: the choice itself, with empty texts for what was not chosen. */
export interface LookValues extends Record<string, unknown> {
  productName: string
  accent: string
  accentDark: string
  logo: string
  logoDark: string
  icon: string
  senderName: string
  senderAddress: string
}

export function valuesOf(own: Appearance): LookValues {
  return {
    productName: own.productName ?? '',
    accent: own.accent ?? '',
    accentDark: own.accentDark ?? '',
    logo: own.logo ?? '',
    logoDark: own.logoDark ?? '',
    icon: own.icon ?? '',
    senderName: own.senderName ?? '',
    senderAddress: own.senderAddress ?? '',
  }
}

export function appearanceOf(values: LookValues): Appearance {
  const chosen = (text: string) => (text.trim() === '' ? null : text.trim())
  return {
    productName: chosen(values.productName),
    accent: chosen(values.accent),
    accentDark: chosen(values.accentDark),
    logo: chosen(values.logo),
    logoDark: chosen(values.logoDark),
    icon: chosen(values.icon),
    senderName: chosen(values.senderName),
    senderAddress: chosen(values.senderAddress),
  }
}

export const nothingChosen: Appearance = appearanceOf({
  productName: '',
  accent: '',
  accentDark: '',
  logo: '',
  logoDark: '',
  icon: '',
  senderName: '',
  senderAddress: '',
})

export function urlOfPicture(key: string): string {
  return `/v1/appearance/pictures/${key}`
}

/** What the server would show for these values: a preview before anything is kept. */
export function previewOf(values: LookValues, { inherited }: Pick<AppearanceSettings, 'inherited'>): Look {
  const chosen = appearanceOf(values)
  const url = (key: string | null) => (key === null ? null : urlOfPicture(key))
  return {
    productName: chosen.productName ?? inherited.productName,
    accent: chosen.accent ?? inherited.accent,
    accentDark: chosen.accent === null ? inherited.accentDark : chosen.accentDark,
    logoUrl: url(chosen.logo) ?? inherited.logoUrl,
    logoDarkUrl: chosen.logo === null ? inherited.logoDarkUrl : url(chosen.logoDark ?? chosen.logo),
    iconUrl: url(chosen.icon) ?? inherited.iconUrl,
  }
}

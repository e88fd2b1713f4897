/**
 * Arithmetic of colours that the server and the console share: contrast by WCAG 2.2 and lightness by OKLCH.
 * Sources: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio and https://bottosson.github.io/posts/oklab/
 */

/** WCAG 2.2, 1.4.3 (AA): text of usual size against what is behind it. */
export const leastContrast = 4.5
/** What the accent stands on in the console, in mails and on public pages; the darkest light page and the lightest dark one. */
export const surfaces = { light: '#fafafb', dark: '#1f1f27' } as const
/** What is written on a button of the accent. */
export const buttonText = '#ffffff'

type Triple = readonly [number, number, number]

/** A colour as `#rrggbb`, in lower case; undefined for what is none. `#abc` is taken for `#aabbcc`. */
export function parseColour(text: string): string | undefined {
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1]?.toLowerCase()
  if (hex === undefined) return undefined
  return `#${hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex}`
}

/** From 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [lighter, darker] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

/** The least contrast of an accent wherever it meets text: on its button and as a link on the page. */
export function contrastOfAccent(accent: string, scheme: 'light' | 'dark'): number {
  if (scheme === 'dark') return contrastOf(accent, surfaces.dark)
  return Math.min(contrastOf(accent, buttonText), contrastOf(accent, surfaces.light))
}

/** The nearest colour of the same hue that passes; the colour itself when it does. */
export function passingColour(accent: string, scheme: 'light' | 'dark'): string {
  if (contrastOfAccent(accent, scheme) >= leastContrast) return accent
  const [lightness, chroma, hue] = toOklch(accent)
  const end = scheme === 'light' ? 0 : 1
  let failing = lightness
  let passing = end
  for (let step = 0; step < 24; step++) {
    const middle = (failing + passing) / 2
    if (contrastOfAccent(fromOklch([middle, chroma, hue]), scheme) >= leastContrast) passing = middle
    else failing = middle
  }
  return fromOklch([passing, chroma, hue])
}

const lightest = 0.972
const darkest = 0.29

/**
 * Ten shades for a theme, from the lightest to the darkest. The sixth is the accent itself; the one after the third is what
 * reads on dark pages: `accentDark` when it is given, else the nearest of the same hue that passes there.
 */
export function shadesOf(accent: string, accentDark: string | undefined): readonly string[] {
  const [lightness, chroma, hue] = toOklch(accent)
  const lighter = [0, 0.08, 0.25, 0.45, 0.63, 0.83].map((part) => {
    const paler = chroma * (0.12 + 0.88 * part)
    return fromOklch([lightest + (lightness - lightest) * part, paler, hue])
  })
  const darker = [0.3, 0.6, 0.9].map((part) =>
    fromOklch([lightness + (Math.min(darkest, lightness) - lightness) * part, chroma * (1 - 0.25 * part), hue]),
  )
  const shades = [...lighter, accent, ...darker]
  for (const place of [2, 3, 4]) shades[place] = passingColour(shades[place] as string, 'dark')
  if (accentDark !== undefined) shades[3] = accentDark
  return shades
}

function luminanceOf(colour: string): number {
  const [red, green, blue] = toLinear(colour)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function toLinear(colour: string): Triple {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
  return channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as unknown as Triple
}

function toHex(linear: Triple): string {
  const channels = linear.map((c) => {
    const inside = Math.min(1, Math.max(0, c))
    const encoded = inside <= 0.0031308 ? inside * 12.92 : 1.055 * inside ** (1 / 2.4) - 0.055
    return Math.round(encoded * 255)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}

function toOklch(colour: string): Triple {
  const [red, green, blue] = toLinear(colour)
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, Math.hypot(a, b), Math.atan2(b, a)]
}

/** A chroma that no screen shows is lowered until one does; the hue and the lightness stay. */
function fromOklch([lightness, chroma, hue]: Triple): string {
  let shown = chroma
  while (shown > 0.001 && !isShown(linearOf([lightness, shown, hue]))) shown *= 0.96
  return toHex(linearOf([lightness, shown, hue]))
}

function isShown(linear: Triple): boolean {
  return linear.every((channel) => channel >= -0.0005 && channel <= 1.0005)
}

function linearOf([lightness, chroma, hue]: Triple): Triple {
  const a = chroma * Math.cos(hue)
  const b = chroma * Math.sin(hue)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

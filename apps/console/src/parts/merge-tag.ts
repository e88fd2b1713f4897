/** Filled in where an empty value would read badly: “Hi there”. */
const fallbacks: Readonly<Record<string, string>> = { first_name: 'there' }

/** What an email says where a contact’s field goes: `{{city}}`, `{{first_name|there}}`. */
export function mergeTag(key: string): string {
  const fallback = fallbacks[key]
  return fallback === undefined ? `{{${key}}}` : `{{${key}|${fallback}}}`
}

/** What an email says where a partial goes. */
export function partialTag(name: string): string {
  return `{{> ${name}}}`
}

/** `Favourite Colour (EU)` → `favourite_colour_eu`: what a template can name. */
export function fieldKeyOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  const key = /^[a-z]/.test(words) ? words : `column_${words}`
  return key.slice(0, 63).replace(/_+$/, '')
}

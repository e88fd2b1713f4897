/**
 * A value as the one text that RFC 8785 gives it: no white space, names in the order of their UTF-16 code units, numbers
 * and strings as ECMAScript writes them. For values that came out of JSON.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  // `sort` without a comparison goes by UTF-16 code units.
  const names = Object.keys(value).sort()
  const fields = value as Readonly<Record<string, unknown>>
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(fields[name])}`).join(',')}}`
}

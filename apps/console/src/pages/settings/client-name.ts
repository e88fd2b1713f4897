/** Browsers by a word of their own; the later ones also carry the words of those before them. */
const browsers = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const
const systems = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** What a person calls the browser that names itself like this: `Firefox on Windows`. */
export function clientName(userAgent: string): string {
  const browser = browsers.find(([word]) => userAgent.includes(`${word}/`))?.[1]
  const system = systems.find(([word]) => userAgent.includes(word))?.[1]
  if (browser === undefined) return userAgent === '' ? 'Unknown client' : userAgent.slice(0, 40)
  return system === undefined ? browser : `${browser} on ${system}`
}

const maxTagLength = 100
const maxTags = 100

/**
 * Splits a cell of tags: `a, b`, `"a, b", c` (Mailchimp), `a;b` (HubSpot) and `* a ::: b` (Google Contacts).
 * Returns undefined when one is too long or there are too many.
 */
export function splitTags(cell: string): string[] | undefined {
  if (cell.trim() === '') return []
  const isGoogle = !cell.includes('"') && (cell.includes(' ::: ') || cell.startsWith('* '))
  const parts = isGoogle ? splitLabels(cell) : splitQuoted(cell)
  const tags = [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ''))]
  return tags.length > maxTags || tags.some((tag) => tag.length > maxTagLength) ? undefined : tags
}

function splitLabels(cell: string): string[] {
  return cell.split(':::').map((label) => label.trim().replace(/^\* /, ''))
}

function splitQuoted(cell: string): string[] {
  const parts: string[] = []
  const pattern = /\s*(?:"((?:[^"]|"")*)"\s*(?=[,;]|$)|([^,;]*))(?:[,;]|$)/gy
  for (let match = pattern.exec(cell); match !== null; match = pattern.exec(cell)) {
    parts.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'))
    if (pattern.lastIndex >= cell.length) break
  }
  return parts
}

/** Joins tags so that `splitTags` gives them back. */
export function joinTags(tags: readonly string[]): string {
  // A tag that looks like Google's labels is told apart by its quotes.
  return tags.map((tag) => (/[,;"]|:::|^\* /.test(tag) ? `"${tag.replaceAll('"', '""')}"` : tag)).join(', ')
}

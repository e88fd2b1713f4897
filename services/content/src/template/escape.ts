const special = /[&<>"']/
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Makes text safe between HTML tags and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  // Most values need nothing, and a test is far cheaper than a replace that finds nothing.
  return special.test(text) ? text.replace(/[&<>"']/g, (character) => entities[character] as string) : text
}

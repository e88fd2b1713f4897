/** Can run code or load what is not an image over http(s), in some mail program of some age. */
const harmful =
  /\\|expression\s*\(|javascript:|vbscript:|behaviou?r\s*:|-moz-binding|@import|@charset|<|url\(\s*(?!['"]?https?:)/i

/** The declarations of a style attribute that can do no harm. */
export function cleanStyle(style: string): string {
  return style
    .split(';')
    .filter((declaration) => /^\s*[-\w]+\s*:/.test(declaration) && !harmful.test(declaration))
    .map((declaration) => declaration.trim())
    .join(';')
}

/** A style sheet without its imports, or nothing when anything else in it could do harm. */
export function cleanStyleSheet(sheet: string): string {
  const without = sheet.replace(/@(?:import|charset)[^;]*(?:;|$)/gi, '')
  return harmful.test(without) ? '' : without
}

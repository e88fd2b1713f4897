/** What Outlook's own comments may hold: tables, VML boxes and style, nothing that links or runs. */
const layoutTag = /^<\/?(?:table|tbody|tr|td|div|p|br|center|xml|noscript|style|v:\w+|o:\w+|w:\w+)(?:\s[^<>]*)?\/?>$/i
const harmful = /--|\son\w+\s*=|javascript:|vbscript:|data:|expression\s*\(|\\/i
const comment = /<!--\[if [\w\s!|&().]{1,60}\]>([\s\S]*?)<!\[endif\]-->/g
/** The pair that shows its content to everybody but Outlook. */
const opening = /<!--\[if ([\w\s!|&().]{1,60})\]><!(?:--)?>/g
const closing = /<!--<!\[endif\]-->/g

/** Takes conditional comments out of the sanitiser's way: it would drop them, and with them the columns in Outlook. */
export function hideConditionalComments(html: string): { text: string; restore(text: string): string } {
  const word = unusedWord(html)
  const kept: string[] = []
  const keep = (text: string) => `${word}${kept.push(text) - 1}z`
  const text = html
    .replace(opening, (_, condition: string) => keep(`<!--[if ${condition}]><!-->`))
    .replace(closing, () => keep('<!--<![endif]-->'))
    .replace(comment, (whole, content: string) => (isLayout(content) ? keep(whole) : ''))
  const marks = new RegExp(`${word}(\\d+)z`, 'g')
  // Put back between tags only: inside an attribute or a style sheet a comment could end what holds it.
  const restore = (clean: string) =>
    clean
      .replace(/<style[^<>]*>[^<]*<\/style>|<[^<>]*>/g, (markup) => markup.replace(marks, ''))
      .replace(marks, (_, index: string) => kept[Number(index)] as string)
  return { text, restore }
}

function isLayout(content: string): boolean {
  if (harmful.test(content)) return false
  const tags = content.match(/<[^>]*>?/g) ?? []
  return tags.every((tag) => layoutTag.test(tag))
}

function unusedWord(text: string): string {
  for (let number = 0; ; number += 1) {
    const word = `ffnote${number}x`
    if (!text.toLowerCase().includes(word)) return word
  }
}

/**
 * What makes an SVG more than a drawing, in words a person understands; undefined for a drawing. It is only ever drawn, never
 * served, so this is for an honest refusal and to let nothing be fetched or expanded while drawing.
 */
export function faultInSvg(bytes: Buffer): string | undefined {
  const text = readUtf8(bytes)
  if (text === undefined) return 'is not written in UTF-8'
  const drawing = withoutComments(text)
    .replace(/^\s*<\?xml\b[^>]*\?>/i, '')
    .replace(/^\s*<!doctype\s+svg\b[^>[]*>/i, '')
  const plain = drawing.replace(/&#(x[0-9a-f]+|\d+);?/gi, (_, code: string) => characterOf(code))
  // A title may hold any words; only a tag's attributes do something.
  const tags = (plain.match(tag) ?? []).join('\n')
  return faults.find(({ pattern, inTags }) => pattern.test(inTags ? tags : plain))?.text
}

/** Each part begins with another character, so that no text makes it look twice (ReDoS). */
const tag = /<[a-z](?:[^"'<>]|"[^"]*"|'[^']*')*>?/gi

const faults: readonly { pattern: RegExp; text: string; inTags?: boolean }[] = [
  { pattern: /<!entity\b|<!doctype\b|<!\[cdata\[/i, text: 'declares a document type, entities or raw sections' },
  { pattern: /<\?(?!xml\b)/i, text: 'holds a processing instruction' },
  { pattern: /<(?:[\w-]+:)?(?:script|handler|listener)\b/i, text: 'holds a script' },
  {
    pattern: /<(?:[\w-]+:)?(?:foreignObject|iframe|object|embed|audio|video|canvas)\b/i,
    text: 'holds a page or media',
  },
  { pattern: /<(?:[\w-]+:)?(?:image|feImage)\b/i, text: 'holds another picture; embed its shapes instead' },
  { pattern: /<(?:[\w-]+:)?(?:animate\w*|set)\b/i, text: 'is animated' },
  { pattern: /[\s"'/]on[a-z]+\s*=/i, text: 'holds code that runs on an event', inTags: true },
  { pattern: /\b(?:java|vb)script\s*:|\bdata\s*:\s*text\/html/i, text: 'holds a script in a link' },
  { pattern: /\bhref\s*=\s*(["'])(?!\s*#|\1)/i, text: 'leads to something outside of itself' },
  { pattern: /\burl\((?!\s*(?:["']\s*)?#)|@import\b/i, text: 'leads to something outside of itself' },
]

/** By hand: a pattern would look for the end anew from each beginning. */
function withoutComments(text: string): string {
  const parts: string[] = []
  let at = 0
  for (let start = text.indexOf('<!--'); start !== -1; start = text.indexOf('<!--', at)) {
    parts.push(text.slice(at, start))
    const end = text.indexOf('-->', start + 4)
    if (end === -1) return parts.join('')
    at = end + 3
  }
  return [...parts, text.slice(at)].join('')
}

function readUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function characterOf(code: string): string {
  const point = code[0] === 'x' || code[0] === 'X' ? Number.parseInt(code.slice(1), 16) : Number(code)
  return point <= 0x10ffff ? String.fromCodePoint(point) : ''
}

/** Where a Mustache tag stands in a text. */
export interface TagSpan {
  readonly start: number
  /** After its last brace. */
  readonly end: number
  /** `{{{…}}}`, closed by as many. */
  readonly isTriple: boolean
}

/**
 * Every tag of a text, in order: `{{{…}}}` where it is closed so, else `{{…}}`. Walks the text once, however many tags are
 * opened and never closed; a regular expression would go to the end for each of them.
 */
export function findTagSpans(text: string): TagSpan[] {
  const spans: TagSpan[] = []
  let closesTriples = true
  for (let start = text.indexOf('{{'); start >= 0; ) {
    const triple = closesTriples && text[start + 2] === '{' ? text.indexOf('}}}', start + 3) : undefined
    // None further on closes one that begins later.
    if (triple === -1) closesTriples = false
    const isTriple = triple !== undefined && triple >= 0
    const close = isTriple ? triple : text.indexOf('}}', start + 2)
    if (close < 0) break
    const end = close + (isTriple ? 3 : 2)
    spans.push({ start, end, isTriple })
    start = text.indexOf('{{', end)
  }
  return spans
}

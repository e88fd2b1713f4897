/** The JSON object in an answer: models like to put words or a code fence around it. Undefined when there is none. */
export function findJson(answer: string): unknown {
  const start = answer.indexOf('{')
  const end = answer.lastIndexOf('}')
  if (start < 0 || end < start) return undefined
  try {
    return JSON.parse(answer.slice(start, end + 1))
  } catch {
    return undefined
  }
}

/**
 * Makes of JSON that comes in pieces what a person can read while it comes: the texts of its values, a line each,
 * without names, braces and quotes.
 */
export function createJsonReader(show: (text: string) => void): (piece: string) => void {
  let inText = false
  let escaped = false
  let isValue = false
  /** Inside an object a text is a name until a colon has come. */
  const nesting: ('object' | 'list')[] = []
  return (piece) => {
    let shown = ''
    for (const character of piece) {
      if (inText) {
        if (escaped) {
          shown += isValue ? (escapes[character] ?? '') : ''
          escaped = false
        } else if (character === '\\') {
          escaped = true
        } else if (character === '"') {
          inText = false
          if (isValue) shown += '\n'
        } else if (isValue) {
          shown += character
        }
        continue
      }
      if (character === '{') nesting.push('object')
      if (character === '[') nesting.push('list')
      if (character === '}' || character === ']') nesting.pop()
      if (character === '{' || character === ',') isValue = nesting.at(-1) === 'list'
      if (character === '[' || character === ':') isValue = true
      if (character === '"' && nesting.length > 0) inText = true
    }
    if (shown !== '') show(shown)
  }
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', n: '\n', t: ' ', r: '' }

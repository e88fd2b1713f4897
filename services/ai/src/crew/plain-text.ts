/** One line of text: control characters and line breaks become spaces. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()
}

/** Words and numbers that ask for another word after them. */
const dangling =
  /(?:[\s,;:–—-]+(?:a|an|the|and|or|but|of|on|in|at|to|by|for|from|with|until|till|before|our|your|its|his|her|\d+))+$/i

/** Cut at a word, without what would hang over. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text
  const cut = text.slice(0, max + 1)
  const words = cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut.slice(0, max)
  const whole = words.replace(dangling, '').replace(/[\s,;:–—-]+$/, '')
  return (whole === '' ? words : whole).toWellFormed()
}

/** A text as a sentence: a capital first, a full stop last unless it ends otherwise. */
export function sentence(text: string): string {
  const line = oneLine(text)
  if (line === '') return ''
  const capital = line.charAt(0).toLocaleUpperCase('en') + line.slice(1)
  return /[.!?…:)\]"'”’]$/.test(capital) ? capital : `${capital}.`
}

/** A text as a part of another: no full stop at its end. */
export function clause(text: string): string {
  return oneLine(text).replace(/[.;:,\s]+$/, '')
}

/** Whether a word or phrase stands in a text, whatever its case; `free` is not in `freedom`. */
export function holdsPhrase(text: string, phrase: string): boolean {
  const escaped = phrase.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return escaped !== '' && new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu').test(text)
}

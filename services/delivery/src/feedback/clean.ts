/** A stranger's words as the database takes them: on one line, without NUL and halves of characters, and not endless. */
export function cleanText(text: string, most: number): string {
  return text
    .slice(0, most * 4)
    .replace(/[\s\0]+/g, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed()
}

import { readFileSync } from 'node:fs'

/** Reads the shipped list. Called once, at the start of the service: it is not worth a wait later. */
export function readCommonPasswords(): ReadonlySet<string> {
  const text = readFileSync(new URL('./common-passwords.txt', import.meta.url), 'utf8')
  return new Set(text.split('\n').filter((line) => line !== '' && !line.startsWith('# ')))
}

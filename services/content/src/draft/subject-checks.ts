import type { Finding } from '../contract.ts'

/** Characters that end a header line in some reader: CR, LF, VT, FF, NEL, and the Unicode line and paragraph separators. */
const lineBreak = /[\r\n\v\f\u0085\u2028\u2029]/

export function checkSubject(subject: string): Finding[] {
  const findings: Finding[] = []
  const report = (code: string, message: string) =>
    findings.push({ level: 'error', code, message, where: 'subject', line: 1 })
  if (subject.trim() === '') report('empty_subject', 'The subject is empty. Write what the email is about')
  if (lineBreak.test(subject.trim())) report('line_break', 'The subject has a line break. Write it on one line')
  if (isShouted(subject)) {
    const message = 'The subject shouts. Use small letters and at most one exclamation mark; filters count both'
    findings.push({ level: 'warning', code: 'shouted_subject', message, where: 'subject', line: 1 })
  }
  return findings
}

/** Capitals only, but for the tags; a short one may be a name. */
function isShouted(subject: string): boolean {
  const words = subject.replace(/\{\{.*?\}\}/g, '')
  const letters = words.replace(/[^\p{Lu}\p{Ll}]/gu, '')
  const capitals = letters.replace(/\P{Lu}/gu, '')
  return /!.*!/s.test(words) || (letters.length >= 12 && capitals.length > letters.length * 0.8)
}

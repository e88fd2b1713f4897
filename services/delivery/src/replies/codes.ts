/** Reply code (RFC 5321 §4.2.1) and enhanced status (RFC 3463) as a text has them; null where it has none. */
export interface Codes {
  readonly code: number | null
  readonly enhanced: string | null
}

const both = /(?:^|[^\d.])([245]\d\d)[- :'"(]+#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])/
const alone = /(?:^|[^\d.\-:])([245]\d\d)(?=[- :]|$)(?![- ]\d{2,3}[- ]\d)/
const status = /(?:^|[^\d.])#?([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)/

/** The codes of a server's answer: those that stand together first, since lone figures may be anything. */
export function codesOf(text: string): Codes {
  const head = text.slice(0, 4_000)
  const together = both.exec(head)
  if (together) return { code: Number(together[1]), enhanced: together[2] ?? null }
  const code = alone.exec(head)?.[1]
  const enhanced = status.exec(head)?.[1] ?? null
  return { code: code === undefined ? null : Number(code), enhanced }
}

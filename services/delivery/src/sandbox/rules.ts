/** How the sandbox answers a recipient: like a real server would, when the address asks for it. */
export interface SandboxAnswer {
  readonly code: number
  readonly text: string
}

const asked = /^(bounce|defer)\+([45]\d\d)(?:\.[^@]*)?@/i

const bounces: Readonly<Record<number, string>> = {
  550: '5.1.1 The mailbox does not exist',
  552: '5.2.2 The mailbox is full',
  554: '5.7.1 Refused for policy reasons',
}

/** `bounce+550@…` (or `bounce+550.anything@…`) and `defer+451@…` are refused with that code; everybody else is taken (undefined). */
export function answerFor(recipient: string): SandboxAnswer | undefined {
  const [, kind, digits] = asked.exec(recipient) ?? []
  if (kind === undefined) return undefined
  const code = Number(digits)
  if (kind.toLowerCase() === 'bounce' && code >= 500) return { code, text: bounces[code] ?? '5.0.0 Refused as asked' }
  if (kind.toLowerCase() === 'defer' && code < 500) return { code, text: '4.2.0 Try again later, as asked' }
  return undefined
}

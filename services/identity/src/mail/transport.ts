import { createTransport } from 'nodemailer'
import parseAddresses from 'nodemailer/lib/addressparser/index.js'
import type { Brand } from '../contract/appearance.ts'
import type { Composed } from './letter.ts'

export interface Envelope extends Composed {
  readonly to: string
  /** What the operator has set stands for a null. */
  readonly from: Brand['sender']
}

/** A way out for system mails. */
export interface MailTransport {
  send(mail: Envelope): Promise<void>
  close(): void
}

const timeoutMs = 20_000

/**
 * The operator's mail server. A password is never said to another machine in the clear: with one, `smtp://` insists on STARTTLS
 * unless the server is this machine.
 * @param defaultFrom such as `Fanfare <fanfare@example.com>`
 */
export function createSmtpTransport(url: string, defaultFrom: string): MailTransport {
  const [own] = parseAddresses(defaultFrom, { flatten: true })
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 465 : 587)),
    secure,
    requireTLS: !secure && username !== '' && !isLoopback(hostname),
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ to, from, subject, text, html }) {
      const headers = { 'Auto-Submitted': 'auto-generated' }
      const sender = { name: from.name ?? own?.name ?? '', address: from.address ?? own?.address ?? '' }
      await transport.sendMail({ from: sender, to: { name: '', address: to }, subject, text, html, headers })
    },
    close: () => transport.close(),
  }
}

/** The server will say the same next time: the address does not exist, or it does not want this mail. */
export function isRefusedForGood(error: unknown): boolean {
  const { responseCode, command } = error as { responseCode?: number; command?: string }
  return responseCode !== undefined && responseCode >= 500 && command !== undefined && /RCPT|DATA/.test(command)
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

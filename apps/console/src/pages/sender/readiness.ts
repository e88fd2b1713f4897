import type { Sender, SenderCheck } from '../../api/types.ts'

type Light = Pick<SenderCheck, 'state' | 'text'>

/** How the way to the server is kept from listeners, as the settings say; whether it works, the connection shows. */
export function tlsLight({ kind, smtp }: Pick<Sender, 'kind' | 'smtp'>): Light {
  if (kind === 'sandbox') return { state: 'skipped', text: 'Not needed: sandbox messages stay in this installation' }
  if (smtp === null) return { state: 'pass', text: 'The provider’s API is called over HTTPS' }
  switch (smtp.tls) {
    case 'required':
      return { state: 'pass', text: 'STARTTLS is required: without it, nothing is sent' }
    case 'implicit':
      return { state: 'pass', text: 'TLS from the first byte' }
    case 'none':
      return {
        state: 'warn',
        text: 'No encryption. Fine for a server on this machine; for any other, require STARTTLS',
      }
  }
}

const domainPart = /@([^@\s>]+)$/

/** The domain that a sender writes as. */
export function domainOfSender({ fromEmail }: Pick<Sender, 'fromEmail'>): string {
  return (domainPart.exec(fromEmail)?.[1] ?? '').toLowerCase()
}

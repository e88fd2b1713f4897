import type { Deps } from '../deps.ts'
import { publicAddressOf } from '../senders/target.ts'
import type { MailboxRow } from '../store/mailboxes.ts'
import { openImap } from './imap.ts'
import { openPop3 } from './pop3.ts'
import type { RemoteMailbox } from './remote.ts'

/** What a sealed password is bound to: it opens in its own row only. */
export function mailboxSealContext(tenantId: string, mailboxId: string): string {
  return `delivery.mailbox.password:${tenantId}:${mailboxId}`
}

/** Connects and signs in. Problems: `delivery.sender_private_server`, `keys.unreadable`; else the server's words. */
export async function openMailbox(
  { keys, config }: Pick<Deps, 'keys' | 'config'>,
  mailbox: MailboxRow,
): Promise<RemoteMailbox> {
  const { protocol, host, port, tls, username, folder } = mailbox
  const password = keys.open(mailbox.password, mailboxSealContext(mailbox.tenant_id, mailbox.id))
  const address = config.allowPrivateSmtp ? host : await publicAddressOf(host)
  const target = { protocol, host, address, port, tls, username, password, folder }
  const { connectTimeoutMs, replyTimeoutMs } = config
  const open = protocol === 'imap' ? openImap : openPop3
  return open(target, { connectTimeoutMs, replyTimeoutMs })
}

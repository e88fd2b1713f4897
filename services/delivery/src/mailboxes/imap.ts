import { ImapFlow } from 'imapflow'
import type { MailboxTarget, Position, RemoteMailbox, RemoteMessage, RemoteTimeouts } from './remote.ts'

/** Opens a folder over IMAP. Reading sets no flag: people may look at the same mailbox. */
export async function openImap(target: MailboxTarget, timeouts: RemoteTimeouts): Promise<RemoteMailbox> {
  const client = new ImapFlow({
    host: target.address,
    port: target.port,
    secure: target.tls === 'implicit',
    doSTARTTLS: target.tls === 'required',
    servername: target.host,
    auth: { user: target.username, pass: target.password },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: timeouts.connectTimeoutMs,
    greetingTimeout: timeouts.connectTimeoutMs,
    socketTimeout: timeouts.replyTimeoutMs,
  })
  // It also comes as the rejection of what was asked last.
  client.on('error', () => {})
  try {
    await client.connect()
    const folder = await client.mailboxOpen(target.folder)
    return remoteOf(client, String(folder.uidValidity), folder.exists)
  } catch (error) {
    client.close()
    throw plain(error)
  }
}

function remoteOf(client: ImapFlow, uidValidity: string, count: number): RemoteMailbox {
  return {
    uidValidity,
    count,
    async list(since: Position) {
      if (count === 0) return []
      const from = since.uidValidity === uidValidity ? since.nextUid : 1
      const found: RemoteMessage[] = []
      for await (const { uid, size } of client.fetch(`${from}:*`, { uid: true, size: true }, { uid: true })) {
        // `*` names the last message also when it is below the range (RFC 9051 §9, seq-range).
        if (uid >= from) found.push({ key: `${uidValidity}:${uid}`, uid, bytes: size ?? 0 })
      }
      return found.toSorted((one, other) => one.uid - other.uid)
    },
    async read({ uid }, mostBytes) {
      const found = await client.fetchOne(String(uid), { source: { start: 0, maxLength: mostBytes } }, { uid: true })
      if (found === false || found.source === undefined) throw new Error('The server gave no content')
      return found.source
    },
    async remove(messages) {
      if (messages.length > 0) await client.messageDelete(messages.map(({ uid }) => uid).join(','), { uid: true })
    },
    async [Symbol.asyncDispose]() {
      await client.logout().catch(() => client.close())
    },
  }
}

/** The library keeps the server's words beside its own. */
function plain(error: unknown): Error {
  const { responseText, authenticationFailed } = error as { responseText?: string; authenticationFailed?: boolean }
  const said = responseText ?? (error instanceof Error ? error.message : String(error))
  return new Error(authenticationFailed ? `The server refused the user name or password: ${said}` : said, {
    cause: error,
  })
}

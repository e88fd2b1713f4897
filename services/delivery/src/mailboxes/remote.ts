/** How a mailbox is reached, its password opened. */
export interface MailboxTarget {
  readonly protocol: 'imap' | 'pop3'
  readonly host: string
  /** What is connected to: the host, or its address where that was checked. */
  readonly address: string
  readonly port: number
  readonly tls: 'required' | 'implicit' | 'none'
  readonly username: string
  readonly password: string
  readonly folder: string
}

/** A message as the server lists it. */
export interface RemoteMessage {
  /** The server's own lasting name of it. */
  readonly key: string
  /** Of IMAP: its number in order of arrival. */
  readonly uid: number
  readonly bytes: number
}

/** Where reading goes on: everything of this UIDVALIDITY below this UID is handled. POP3 has no such thing. */
export interface Position {
  readonly uidValidity: string | null
  readonly nextUid: number
}

/** A mailbox on another server, open and read from. */
export interface RemoteMailbox extends AsyncDisposable {
  readonly uidValidity: string | null
  readonly count: number
  /** What may be new since a position, oldest first. */
  list(since: Position): Promise<readonly RemoteMessage[]>
  /** At most so many bytes of a message. */
  read(message: RemoteMessage, mostBytes: number): Promise<Buffer>
  remove(messages: readonly RemoteMessage[]): Promise<void>
}

export interface RemoteTimeouts {
  readonly connectTimeoutMs: number
  readonly replyTimeoutMs: number
}

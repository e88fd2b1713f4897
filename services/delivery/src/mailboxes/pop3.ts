import { Pop3Wire } from './pop3-wire.ts'
import type { MailboxTarget, RemoteMailbox, RemoteMessage, RemoteTimeouts } from './remote.ts'

const mostMessages = 100_000

/** Opens a mailbox over POP3 (RFC 1939). What is removed is gone when the session ends in order, as the protocol has it. */
export async function openPop3(target: MailboxTarget, timeouts: RemoteTimeouts): Promise<RemoteMailbox> {
  const wire = await Pop3Wire.open(target, timeouts)
  try {
    if (target.tls === 'required') {
      // RFC 2595 §4.
      await wire.ask('STLS')
      await wire.encrypt(target.host)
    }
    await signIn(wire, target)
    const listed = await listAll(wire)
    return remoteOf(wire, listed)
  } catch (error) {
    wire.close()
    throw error
  }
}

async function signIn(wire: Pop3Wire, { username, password }: MailboxTarget): Promise<void> {
  if (/[\r\n\0]/.test(username + password)) throw new Error('The user name or password holds a line break')
  try {
    await wire.ask(`USER ${username}`)
    await wire.ask(`PASS ${password}`)
  } catch (error) {
    if (wire.isLost) throw error
    throw new Error(`The server refused the user name or password: ${(error as Error).message}`, { cause: error })
  }
}

interface Listed extends RemoteMessage {
  readonly number: number
}

async function listAll(wire: Pop3Wire): Promise<Listed[]> {
  const names = await wire.askLines('UIDL', mostMessages)
  const sizes = new Map((await wire.askLines('LIST', mostMessages)).map(pairOf))
  return names.map((line) => {
    const [number, key] = pairOf(line)
    // RFC 1939 §7: 1 to 70 characters.
    if (key === '' || key.length > 200) throw new Error(`The server names a message '${key.slice(0, 100)}'`)
    return { number, uid: number, key, bytes: Number(sizes.get(number) ?? 0) }
  })
}

function pairOf(line: string): [number, string] {
  const [number = '', value = ''] = line.trim().split(/\s+/)
  return [Number(number), value]
}

function remoteOf(wire: Pop3Wire, listed: readonly Listed[]): RemoteMailbox {
  return {
    uidValidity: null,
    count: listed.length,
    list: async () => listed,
    read: ({ uid }, mostBytes) => wire.askContent(`RETR ${uid}`, mostBytes),
    async remove(messages) {
      for (const { uid } of messages) await wire.ask(`DELE ${uid}`)
    },
    async [Symbol.asyncDispose]() {
      await wire.ask('QUIT').catch(() => {})
      wire.close()
    },
  }
}

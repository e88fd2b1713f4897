import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** What a name server knows: records by name, each as people write it. PTR records are under `1.2.0.192.in-addr.arpa`. */
export interface Zone {
  readonly txt?: Readonly<Record<string, readonly string[]>>
  readonly a?: Readonly<Record<string, readonly string[]>>
  readonly ptr?: Readonly<Record<string, readonly string[]>>
  readonly mx?: Readonly<Record<string, readonly string[]>>
  /** Names that the server fails to look up (SERVFAIL). */
  readonly broken?: readonly string[]
}

export interface NameServer extends AsyncDisposable {
  /** For `dnsServers`. */
  readonly address: string
  zone: Zone
  /** Held before each answer, for what happens during a look-up. */
  pause: () => Promise<void>
}

const types = { a: 1, ptr: 12, mx: 15, txt: 16 } as const

/** A DNS server on UDP (RFC 1035) that answers from a zone a test may change at any time. */
export async function openNameServer(zone: Zone = {}): Promise<NameServer> {
  const socket = createSocket('udp4')
  const server: NameServer & { address: string } = {
    address: '',
    zone,
    pause: async () => {},
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
  socket.on('message', async (question, from) => {
    await server.pause()
    socket.send(answerTo(question, server.zone), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  server.address = `127.0.0.1:${socket.address().port}`
  return server
}

function answerTo(question: Buffer, zone: Zone): Buffer {
  const labels: string[] = []
  let at = 12
  for (let size = question[at] as number; size > 0; size = question[at] as number) {
    labels.push(question.toString('latin1', at + 1, at + 1 + size))
    at += 1 + size
  }
  const name = labels.join('.').toLowerCase()
  const type = question.readUInt16BE(at + 1)
  const rows = rowsOf(zone, name, type)
  const exists = [zone.txt, zone.a, zone.ptr, zone.mx].some((records) => records?.[name] !== undefined)
  const header = Buffer.alloc(12)
  question.copy(header, 0, 0, 2)
  const code = zone.broken?.includes(name) ? 2 : exists ? 0 : 3
  header.writeUInt16BE(0x8580 | code, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(code === 0 ? rows.length : 0, 6)
  const answers = rows.map((row) => {
    const fixed = Buffer.alloc(12)
    // The name is the one at octet 12, where the question has it.
    fixed.writeUInt16BE(0xc00c, 0)
    fixed.writeUInt16BE(type, 2)
    fixed.writeUInt16BE(1, 4)
    fixed.writeUInt16BE(row.length, 10)
    return Buffer.concat([fixed, row])
  })
  return Buffer.concat([header, question.subarray(12, at + 5), ...(code === 0 ? answers : [])])
}

function rowsOf(zone: Zone, name: string, type: number): Buffer[] {
  switch (type) {
    case types.a:
      return (zone.a?.[name] ?? []).map((address) => Buffer.from(address.split('.').map(Number)))
    case types.ptr:
      return (zone.ptr?.[name] ?? []).map(nameOctets)
    case types.mx:
      return (zone.mx?.[name] ?? []).map((host) => Buffer.concat([Buffer.from([0, 10]), nameOctets(host)]))
    case types.txt:
      return (zone.txt?.[name] ?? []).map((text) =>
        Buffer.concat((text.match(/.{1,255}/gs) ?? ['']).map((part) => octetsWithLength(part))),
      )
    default:
      return []
  }
}

function nameOctets(name: string): Buffer {
  return Buffer.concat([...name.split('.').map(octetsWithLength), Buffer.alloc(1)])
}

function octetsWithLength(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')])
}

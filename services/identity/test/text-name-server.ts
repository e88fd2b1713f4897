import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export interface TextNameServer extends AsyncDisposable {
  /** For `dnsServers`. */
  readonly address: string
  /** TXT records by name; a test may change them at any time. */
  readonly records: Map<string, readonly string[]>
  /** Held before each answer, for what happens during a look-up. */
  pause: () => Promise<void>
}

const txt = 16

/** A DNS server on UDP (RFC 1035) that knows TXT records. */
export async function openTextNameServer(): Promise<TextNameServer> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const server: TextNameServer = {
    address: `127.0.0.1:${socket.address().port}`,
    records: new Map(),
    pause: async () => {},
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
  socket.on('message', async (question, from) => {
    await server.pause()
    socket.send(answerTo(question, server.records), from.port, from.address)
  })
  return server
}

function answerTo(question: Buffer, records: TextNameServer['records']): Buffer {
  const labels: string[] = []
  let at = 12
  for (let size = question[at] as number; size > 0; size = question[at] as number) {
    labels.push(question.toString('latin1', at + 1, at + 1 + size))
    at += 1 + size
  }
  const found = records.get(labels.join('.').toLowerCase())
  const texts = question.readUInt16BE(at + 1) === txt ? (found ?? []) : []
  const header = Buffer.alloc(12)
  question.copy(header, 0, 0, 2)
  header.writeUInt16BE(found === undefined ? 0x8583 : 0x8580, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(texts.length, 6)
  return Buffer.concat([header, question.subarray(12, at + 5), ...texts.map(rowOf)])
}

/** A TXT record whose name is the one at octet 12, where the question has it. */
function rowOf(text: string): Buffer {
  const fixed = Buffer.alloc(12)
  fixed.writeUInt16BE(0xc00c, 0)
  fixed.writeUInt16BE(txt, 2)
  fixed.writeUInt16BE(1, 4)
  const strings = (text.match(/.{1,255}/gs) ?? ['']).map((part) =>
    Buffer.concat([Buffer.from([part.length]), Buffer.from(part, 'latin1')]),
  )
  const content = Buffer.concat(strings)
  fixed.writeUInt16BE(content.length, 10)
  return Buffer.concat([fixed, content])
}

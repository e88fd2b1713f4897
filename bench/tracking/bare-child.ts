import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The least that a tracked link takes on this runtime: an answer that leads on, and nothing else. */
const server = createServer((_request, reply) => {
  reply.writeHead(302, { location: 'https://letters.example.com/', 'content-length': 0 })
  reply.end()
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.once('disconnect', () => process.exit())

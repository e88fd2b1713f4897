import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export const account = 'AC0123456789abcdef0123456789abcdef'
export const token = 'the-token-of-the-double'

export interface SentText {
  readonly to: string
  readonly from: string
  readonly body: string
}

/** Twilio's Messages resource on this machine, answering as documented: https://www.twilio.com/docs/messaging/api/message-resource */
export interface TwilioDouble extends AsyncDisposable {
  readonly url: string
  readonly sent: SentText[]
  /** Answers instead of the usual one, one each. */
  readonly faults: { status: number; code: number; message: string }[]
}

export async function openTwilio(): Promise<TwilioDouble> {
  const sent: SentText[] = []
  const faults: TwilioDouble['faults'] = []
  const server = createServer(async (request, reply) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const answer = (status: number, body: unknown) => {
      reply.writeHead(status, { 'content-type': 'application/json' })
      reply.end(JSON.stringify(body))
    }
    const refuse = (status: number, code: number, message: string) =>
      answer(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status })

    const expected = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`
    if (request.headers.authorization !== expected) return refuse(401, 20003, 'Authenticate')
    if (request.method !== 'POST' || request.url !== `/2010-04-01/Accounts/${account}/Messages.json`) {
      return refuse(404, 20404, `The requested resource ${request.url} was not found`)
    }
    const fault = faults.shift()
    if (fault !== undefined) return refuse(fault.status, fault.code, fault.message)
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
    const [to, from, body] = ['To', 'From', 'Body'].map((name) => form.get(name) ?? '') as [string, string, string]
    if (!/^\+[1-9]\d{6,14}$/.test(to)) return refuse(400, 21211, `Invalid 'To' Phone Number: ${to}`)
    if (from === '' && !form.has('MessagingServiceSid')) return refuse(400, 21603, "A 'From' phone number is required")
    sent.push({ to, from, body })
    answer(201, { sid: 'SM00000000000000000000000000000001', status: 'queued', to, from, body, error_code: null })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    faults,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

import type { Egress } from '@fanfare/kernel'
import type { Config } from '../config.ts'
import { problem } from '../errors.ts'
import type { TextSender } from './text-sender.ts'

const vendor = 'https://api.twilio.com'

/**
 * Twilio's Messages resource, or undefined while it is not configured: codes by SMS are not offered then.
 * https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
export function createTwilio(egress: Egress, config: Config): TextSender | undefined {
  const { twilioAccountSid: account, twilioAuthToken: token, twilioFrom: from, twilioUrl } = config
  if (account === undefined || token === undefined || from === undefined) return undefined
  const base = (twilioUrl ?? vendor).replace(/\/+$/, '')
  const authorization = `Basic ${Buffer.from(`${account}:${token.reveal()}`).toString('base64')}`
  // A messaging service has an id in the place of a number.
  const sender = from.startsWith('MG') ? { MessagingServiceSid: from } : { From: from }
  return {
    async send({ to, body }) {
      const reply = await egress
        .fetch(`${base}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`, {
          method: 'POST',
          trust: twilioUrl === undefined ? 'public' : 'operator',
          headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ ...sender, To: to, Body: body }).toString(),
          timeoutMs: 10_000,
          maxBytes: 100_000,
        })
        .catch((cause: unknown) => {
          throw problem('text_failed', { detail: { reason: 'Twilio could not be reached' }, cause })
        })
      if (reply.status !== 201) throw problem('text_failed', { detail: { reason: await reasonIn(reply) } })
    },
  }
}

/** Twilio answers `{ code, message, more_info, status }`: https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
async function reasonIn(reply: Response): Promise<string> {
  const answer: unknown = await reply.json().catch(() => undefined)
  const code = (answer as { code?: unknown } | null | undefined)?.code
  return `Twilio answered ${reply.status}${typeof code === 'number' ? ` with its error ${code}` : ''}`
}

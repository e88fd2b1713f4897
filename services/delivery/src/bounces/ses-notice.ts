import { z } from 'zod'
import type { Account } from './rows.ts'

const Recipient = z.object({
  emailAddress: z.string(),
  status: z.string().optional(),
  action: z.string().optional(),
  diagnosticCode: z.string().optional(),
})
/** The parts we read of what Amazon SES sends by mail through SNS ("Amazon SNS notification examples for Amazon SES"). */
const Notice = z.object({
  notificationType: z.enum(['Bounce', 'Complaint', 'Delivery']),
  bounce: z.object({ bouncedRecipients: z.array(Recipient) }).optional(),
  complaint: z.object({ complainedRecipients: z.array(z.object({ emailAddress: z.string() })) }).optional(),
  delivery: z.object({ recipients: z.array(z.string()), smtpResponse: z.string().optional() }).optional(),
})

export interface SesNotice {
  readonly accounts: readonly Account[]
  readonly complainers: readonly string[]
}

/** The notification in a mail's text, or undefined when it holds none. */
export function sesNotice(text: string): SesNotice | undefined {
  const start = text.indexOf('{"notificationType"')
  if (start < 0) return wrappedNotice(text)
  // Mail servers fold the one long line of JSON.
  const folded = text.slice(start).split(/\n--\n/, 1)[0] ?? ''
  const json = folded.replace(/\n ?/g, '')
  const parsed = Notice.safeParse(parseJson(json.slice(0, json.lastIndexOf('}') + 1)))
  if (!parsed.success) return undefined
  const { bounce, complaint, delivery } = parsed.data
  const bounced = (bounce?.bouncedRecipients ?? []).map((one) =>
    accountOf(one.emailAddress, 'failed', one.status ?? '', one.diagnosticCode ?? ''),
  )
  const arrived = (delivery?.recipients ?? []).map((address) =>
    accountOf(address, 'delivered', '', delivery?.smtpResponse ?? ''),
  )
  return {
    accounts: [...bounced, ...arrived],
    complainers: (complaint?.complainedRecipients ?? []).map(({ emailAddress }) => emailAddress),
  }
}

/** As SNS sends it where "raw message delivery" is off: the notification is a text inside another object. */
function wrappedNotice(text: string): SesNotice | undefined {
  const start = text.search(/\{\s*"Type"\s*:\s*"Notification"/)
  if (start < 0) return undefined
  const quoted = /"Message"\s*:\s*("\{(?:[^"\\]|\\[\s\S])*")/.exec(text.slice(start))?.[1]
  const message = quoted === undefined ? undefined : parseJson(quoted.replace(/\n ?/g, ''))
  return typeof message === 'string' && message.startsWith('{"notificationType"') ? sesNotice(message) : undefined
}

function accountOf(address: string, action: Account['action'], status: string, diagnosticCode: string): Account {
  return {
    address,
    action,
    status,
    diagnostic: diagnosticCode.replace(/^smtp;\s*/i, ''),
    about: '',
    notice: '',
    stage: 'rcpt',
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

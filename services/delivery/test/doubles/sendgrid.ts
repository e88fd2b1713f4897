import {
  type Answer,
  type Asked,
  type Double,
  isRefusedAddress,
  lowerNames,
  openDouble,
  type TakenMessage,
} from './double.ts'

interface Mail {
  personalizations?: {
    to: { email: string }[]
    headers?: Record<string, string>
    substitutions?: Record<string, string>
    custom_args?: Record<string, string>
  }[]
  from?: { email: string; name?: string }
  subject?: string
  content?: { type: string; value: string }[]
  attachments?: { filename: string; content: string }[]
}

export const sendGridKey = 'SG.double.key'
const sentBy = 'sender.example'
const forbidden =
  /^(x-sg-id|x-sg-eid|received|dkim-signature|content-type|content-transfer-encoding|to|from|subject|reply-to|cc|bcc)$/i

/**
 * SendGrid's `/v3/mail/send` with its documented limits and error shapes, `/v3/scopes` and `/v3/user/credits`.
 * https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 */
export function openSendGridDouble(): Promise<Double> {
  return openDouble(
    ({ path }) => path === '/v3/mail/send',
    async (asked) => {
      if (asked.headers.authorization !== `Bearer ${sendGridKey}`) {
        return { answer: errors(401, 'The provided authorization grant is invalid, expired, or revoked', null) }
      }
      if (asked.path === '/v3/scopes')
        return { answer: { status: 200, body: { scopes: ['mail.send', 'user.credits.read'] } } }
      if (asked.path === '/v3/user/credits') {
        return { answer: { status: 200, body: { remain: 200, total: 200, used: 0, next_reset: '2030-01-01' } } }
      }
      if (asked.path !== '/v3/mail/send' || asked.method !== 'POST') return { answer: errors(404, 'Not Found', null) }
      return takeMail(asked)
    },
  )
}

function takeMail(asked: Asked): { answer: Answer; taken?: TakenMessage[] } {
  let mail: Mail
  try {
    mail = JSON.parse(asked.body.toString('utf8'))
  } catch {
    return { answer: errors(400, 'Bad Request', null) }
  }
  const fault = faultIn(mail)
  if (fault) return { answer: fault }
  const { personalizations = [], from, subject = '', content = [], attachments = [] } = mail
  const taken = personalizations.map(({ to, headers = {}, substitutions = {}, custom_args = {} }) => {
    const put = (text: string) =>
      Object.entries(substitutions).reduce((all, [tag, value]) => all.replaceAll(tag, () => value), text)
    return {
      to: to.map(({ email }) => email),
      from: from?.email ?? '',
      subject: put(subject),
      text: put(content.find(({ type }) => type === 'text/plain')?.value ?? ''),
      html: put(content.find(({ type }) => type === 'text/html')?.value ?? ''),
      headers: lowerNames(headers),
      tag: custom_args.fanfare_tag ?? '',
      attachments: attachments.map(({ filename }) => filename),
    }
  })
  return { answer: { status: 202, headers: { 'x-message-id': 'LRzXl_NHStOGhQ4kofSm_A' } }, taken }
}

function faultIn({ personalizations = [], from, subject, content = [] }: Mail): Answer | undefined {
  if (personalizations.length === 0 || personalizations.length > 1_000) {
    return errors(
      400,
      'The personalizations field is required and must have at most 1000 personalizations.',
      'personalizations',
    )
  }
  if (!from?.email.endsWith(`@${sentBy}`)) {
    const words =
      'The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.'
    return errors(403, words, 'from')
  }
  if (!subject) return errors(400, 'The subject is required.', 'subject')
  if (content.length === 0 || content.some(({ value }) => value === '')) {
    return errors(400, 'The content value must be a string at least one character in length.', 'content.0.value')
  }
  if (content.length === 2 && content[0]?.type !== 'text/plain') {
    return errors(400, 'If present, text/plain must be first, followed by text/html', 'content')
  }
  const bad = personalizations.flatMap(({ to }, index) =>
    to.some(({ email }) => isRefusedAddress(email)) ? [index] : [],
  )
  if (bad.length > 0) {
    return {
      status: 400,
      body: {
        errors: bad.map((index) => ({
          message: 'Does not contain a valid address.',
          field: `personalizations.${index}.to.0.email`,
          help: null,
        })),
      },
    }
  }
  for (const { headers = {}, substitutions = {} } of personalizations) {
    const header = Object.keys(headers).find((name) => forbidden.test(name))
    if (header) return errors(400, `The header ${header} is reserved.`, 'headers')
    const bytes = Object.entries(substitutions).reduce((sum, [tag, value]) => sum + Buffer.byteLength(tag + value), 0)
    if (bytes > 10_000)
      return errors(400, 'The total size of substitutions must be under 10000 bytes', 'personalizations')
  }
  return undefined
}

function errors(status: number, message: string, field: string | null): Answer {
  return { status, body: { errors: [{ message, field, help: null }] } }
}

import {
  type Answer,
  type Asked,
  type Double,
  isRefusedAddress,
  lowerNames,
  openDouble,
  type TakenMessage,
} from './double.ts'

export const mailgunKey = 'key-double'
export const mailgunDomain = 'mg.sender.example'

/**
 * Mailgun's `/v3/{domain}/messages` and `/v4/domains/{domain}`, with the documented parameters and error texts.
 * https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages
 */
export function openMailgunDouble(): Promise<Double> {
  return openDouble(
    ({ path }) => path.endsWith('/messages'),
    async (asked) => {
      const expected = `Basic ${Buffer.from(`api:${mailgunKey}`).toString('base64')}`
      if (asked.headers.authorization !== expected) return { answer: { status: 401, body: 'Forbidden' } }
      const [, version, first, second] = asked.path.split('/')
      if (version === 'v4' && first === 'domains') {
        if (second !== mailgunDomain) return { answer: message(404, 'Domain not found') }
        return { answer: { status: 200, body: { domain: { name: second, state: 'active', is_disabled: false } } } }
      }
      if (version !== 'v3' || second !== 'messages') return { answer: message(404, 'Not Found') }
      if (first !== mailgunDomain) return { answer: message(404, `Domain not found: ${first}`) }
      return takeMessage(asked)
    },
  )
}

async function takeMessage({ body, headers }: Asked): Promise<{ answer: Answer; taken?: TakenMessage[] }> {
  const request = new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } })
  const form = await request.formData().catch(() => undefined)
  if (form === undefined) return { answer: message(400, 'Bad request') }
  const text = (name: string) => (form.get(name) as string | null) ?? ''
  const to = form.getAll('to') as string[]
  if (to.length === 0) return { answer: message(400, 'to parameter is missing') }
  if (to.length > 1_000) return { answer: message(400, 'to parameter has too many recipients') }
  if (to.some(isRefusedAddress)) {
    return { answer: message(400, "'to' parameter is not a valid address. please check documentation") }
  }
  if (text('from') === '') return { answer: message(400, 'from parameter is missing') }
  if (text('text') === '' && text('html') === '') {
    return {
      answer: message(400, "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified"),
    }
  }
  const known = form.get('recipient-variables') as string | null
  const variables: Record<string, Record<string, string>> = known === null ? {} : JSON.parse(known)
  const made = (recipients: readonly string[], own: Record<string, string>): TakenMessage => {
    const put = (value: string) =>
      value.replace(/%recipient\.([\w-]+)%/g, (word, name: string) =>
        Object.hasOwn(own, name) ? (own[name] as string) : word,
      )
    const named = [...form.entries()].filter(([name]) => name.startsWith('h:')) as [string, string][]
    return {
      to: recipients,
      from: text('from'),
      subject: put(text('subject')),
      html: put(text('html')),
      text: put(text('text')),
      headers: lowerNames(Object.fromEntries(named.map(([name, value]) => [name.slice(2), put(value)]))),
      tag: put(text('v:fanfare_tag')),
      attachments: form.getAll('attachment').map((file) => (file as File).name),
    }
  }
  // Without variables everybody is in one message and sees the others.
  const taken = known === null ? [made(to, {})] : to.map((address) => made([address], variables[address] ?? {}))
  const id = `<20261126010203.${taken.length}@${mailgunDomain}>`
  return { answer: { status: 200, body: { id, message: 'Queued. Thank you.' } }, taken }
}

function message(status: number, words: string): Answer {
  return { status, body: { message: words } }
}

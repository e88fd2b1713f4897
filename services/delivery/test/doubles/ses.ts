import { signRequest } from '../../src/providers/sigv4.ts'
import {
  type Answer,
  type Asked,
  type Double,
  isRefusedAddress,
  lowerNames,
  openDouble,
  type TakenMessage,
} from './double.ts'

export const sesKey = { accessKeyId: 'AKIDDOUBLE0000000000', secretAccessKey: 'double-secret' }
export const sesRegion = 'eu-central-1'
const sentBy = 'sender.example'

type Pair = { Name: string; Value: string }
interface Message {
  FromEmailAddress?: string
  Destination?: { ToAddresses?: string[] }
  EmailTags?: Pair[]
  Content?: {
    Simple?: {
      Subject: { Data: string }
      Body: { Text?: { Data: string }; Html?: { Data: string } }
      Headers?: Pair[]
      Attachments?: { FileName: string }[]
    }
  }
  DefaultContent?: {
    Template?: { TemplateContent: { Subject: string; Text?: string; Html?: string }; TemplateData: string }
  }
  BulkEmailEntries?: {
    Destination: { ToAddresses: string[] }
    ReplacementTags?: Pair[]
    ReplacementHeaders?: Pair[]
    ReplacementEmailContent?: { ReplacementTemplate: { ReplacementTemplateData: string } }
  }[]
}

/**
 * `SendEmail`, `SendBulkEmail` and `GetAccount` of SES's API v2, signatures checked.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendBulkEmail.html
 */
export function openSesDouble(): Promise<Double> {
  return openDouble(
    ({ path }) => path.startsWith('/v2/email/outbound'),
    async (asked) => {
      const refusal = signatureFault(asked)
      if (refusal) return { answer: refusal }
      if (asked.path === '/v2/email/account') {
        const SendQuota = { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 12 }
        const body = { SendingEnabled: true, ProductionAccessEnabled: true, EnforcementStatus: 'HEALTHY', SendQuota }
        return { answer: { status: 200, body } }
      }
      const message = JSON.parse(asked.body.toString('utf8')) as Message
      if (!message.FromEmailAddress?.includes(`@${sentBy}`)) {
        const words = `Email address is not verified. The following identities failed the check in region ${sesRegion}`
        return { answer: sesError(400, 'MessageRejected', words) }
      }
      if (asked.path === '/v2/email/outbound-emails') return takeOne(message)
      if (asked.path === '/v2/email/outbound-bulk-emails') return takeBulk(message)
      return { answer: sesError(404, 'NotFoundException', 'No such operation') }
    },
  )
}

export function sesError(status: number, type: string, words: string): Answer {
  return { status, headers: { 'x-amzn-errortype': type }, body: { message: words } }
}

/** Made anew from what came, with the secret; AWS's published cases are what `signRequest` itself is held against. */
function signatureFault({ method, path, headers, body }: Asked): Answer | undefined {
  const time = headers['x-amz-date'] ?? ''
  const now = new Date(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  const type = headers['content-type']
  const expected = signRequest(
    sesKey,
    { region: sesRegion, service: 'ses', now },
    {
      method,
      url: new URL(path, `http://${headers.host}`),
      headers: type === undefined ? {} : { 'content-type': type },
      body: body.toString('utf8'),
    },
  )
  if (headers.authorization === expected.authorization) return undefined
  return sesError(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided.',
  )
}

let count = 0
const newId = () => `0107019${String(++count).padStart(9, '0')}-double-000000`

function takeOne({ FromEmailAddress: from = '', Destination, EmailTags = [], Content }: Message): {
  answer: Answer
  taken?: TakenMessage[]
} {
  const simple = Content?.Simple
  const to = Destination?.ToAddresses ?? []
  if (simple === undefined || to.length === 0)
    return { answer: sesError(400, 'BadRequestException', 'Missing content') }
  if (to.some(isRefusedAddress)) return { answer: sesError(400, 'BadRequestException', 'Invalid email address') }
  const fault = tagFault(EmailTags)
  if (fault) return { answer: fault }
  const message = {
    to,
    from,
    subject: simple.Subject.Data,
    text: simple.Body.Text?.Data ?? '',
    html: simple.Body.Html?.Data ?? '',
    headers: headersIn(simple.Headers),
    tag: tagIn(EmailTags),
    attachments: simple.Attachments?.map(({ FileName }) => FileName) ?? [],
  }
  return { answer: { status: 200, body: { MessageId: newId() } }, taken: [message] }
}

function takeBulk({ FromEmailAddress: from = '', DefaultContent, BulkEmailEntries: entries = [] }: Message): {
  answer: Answer
  taken?: TakenMessage[]
} {
  const template = DefaultContent?.Template
  if (template === undefined || entries.length === 0 || entries.length > 50) {
    return { answer: sesError(400, 'BadRequestException', 'Bulk entries must be between 1 and 50') }
  }
  const taken: TakenMessage[] = []
  const results = entries.map(({ Destination, ReplacementTags = [], ReplacementHeaders, ReplacementEmailContent }) => {
    const to = Destination.ToAddresses
    if (to.some(isRefusedAddress)) return { Status: 'INVALID_PARAMETER', Error: 'Invalid email address' }
    if (tagFault(ReplacementTags)) return { Status: 'INVALID_PARAMETER', Error: 'Invalid tag' }
    const given = ReplacementEmailContent?.ReplacementTemplate.ReplacementTemplateData ?? '{}'
    const values: Record<string, string> = { ...JSON.parse(template.TemplateData), ...JSON.parse(given) }
    const put = (text = '') =>
      text.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (_word, name: string) => {
        if (!Object.hasOwn(values, name)) throw new Error(`The template names ${name}, which has no value`)
        return values[name] as string
      })
    const { Subject, Text, Html } = template.TemplateContent
    taken.push({
      to,
      from,
      subject: put(Subject),
      text: put(Text),
      html: put(Html),
      headers: headersIn(ReplacementHeaders),
      tag: tagIn(ReplacementTags),
      attachments: [],
    })
    return { Status: 'SUCCESS', MessageId: newId() }
  })
  return { answer: { status: 200, body: { BulkEmailEntryResults: results } }, taken }
}

function headersIn(pairs: readonly Pair[] = []): Record<string, string> {
  return lowerNames(Object.fromEntries(pairs.map(({ Name, Value }) => [Name, Value])))
}

function tagIn(tags: readonly Pair[]): string {
  return tags.find(({ Name }) => Name === 'fanfare_tag')?.Value ?? ''
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html */
function tagFault(tags: readonly Pair[]): Answer | undefined {
  const fits = tags.every(({ Name, Value }) => /^[\w.@-]{1,256}$/.test(Name) && /^[\w.@-]{1,256}$/.test(Value))
  return fits ? undefined : sesError(400, 'BadRequestException', 'Invalid tag')
}

import type { Letter } from '../transport/letter.ts'
import { headersOf, inLine, mailbox, type Part, piecesOf, safeAttachment, templateOf, textsOf } from './letters.ts'

/** Under this name the tag comes back in every event, as one of its `user-variables`. */
export const tagVariable = 'fanfare_tag'

/** One field of a form; a file has a name. */
export type Field = readonly [name: string, value: string] | readonly [name: string, value: File]

/** What a letter adds to a shared call. */
export function weighForMailgun(letter: Letter): number {
  const pieces = piecesOf(letter).reduce((sum, { piece }) => sum + Buffer.byteLength(piece) + 30, 0)
  const headers = headersOf(letter).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return pieces + headers + letter.to.length * 2 + 300
}

/**
 * The form of one call of `/messages`: one letter as it is, or several that share their texts, with what is different in
 * `recipient-variables`. Without those Mailgun would show everybody's address to everybody, so a call of several always has
 * an entry for each. https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending
 */
export function mailgunForm(letters: readonly [Letter, ...Letter[]]): Field[] {
  const [first] = letters
  const shared: Field[] = [
    ['from', mailbox(first.from.name, first.from.address)],
    ...(first.replyTo === '' ? [] : [['h:Reply-To', first.replyTo] as const]),
    // We count opens and clicks ourselves; a second count would rewrite our links and add a second pixel.
    ['o:tracking', 'no'],
    ['o:tracking-clicks', 'no'],
    ['o:tracking-opens', 'no'],
    ...first.attachments.map((attachment) => fileOf(attachment)),
  ]
  return letters.length > 1 ? [...shared, ...fieldsOfSeveral(letters)] : [...shared, ...fieldsOfOne(first)]
}

function fieldsOfOne(letter: Letter): Field[] {
  const { subject, html, text } = textsOf(letter)
  return [
    ['to', letter.to],
    ['subject', subject],
    ...bodies(html, text),
    ...headersOf(letter).map(([name, value]) => [`h:${name}`, value] as const),
    ['h:Message-Id', `<${inLine(letter.messageId)}>`],
    [`v:${tagVariable}`, letter.tag],
  ]
}

/** Mailgun gives all messages of one call the same Message-ID; ours is set where a letter goes alone. */
function fieldsOfSeveral(letters: readonly [Letter, ...Letter[]]): Field[] {
  const [first] = letters
  const mark = markOf(first)
  const { subject, html, text } = templateOf(first.shared, (part, hole) => word(mark, part, hole))
  const variables = letters.map((letter) => {
    const pieces = piecesOf(letter).map(({ part, hole, piece }) => [variable(mark, part, hole), piece])
    const headers = headersOf(letter).map(([, value], index) => [`${mark}v${index}`, value])
    return [letter.to, { ...Object.fromEntries([...pieces, ...headers]), [`${mark}tag`]: letter.tag }]
  })
  return [
    ...letters.map(({ to }) => ['to', to] as const),
    ['subject', subject],
    ...bodies(html, text),
    ...headersOf(first).map(([name], index) => [`h:${name}`, `%recipient.${mark}v${index}%`] as const),
    [`v:${tagVariable}`, `%recipient.${mark}tag%`],
    ['recipient-variables', JSON.stringify(Object.fromEntries(variables))],
  ]
}

function bodies(html: string, text: string): Field[] {
  return [['text', text === '' ? ' ' : text], ...(html === '' ? [] : [['html', html] as const])]
}

/** Letters and digits of a signed tag: nobody who writes a template or fills a field can know the names of our variables. */
function markOf({ tag }: Letter): string {
  return `f${tag.slice(-10)}`
}

function variable(mark: string, part: Part, hole: number): string {
  return `${mark}${part[0]}${hole}`
}

function word(mark: string, part: Part, hole: number): string {
  return `%recipient.${variable(mark, part, hole)}%`
}

/** A picture of the HTML is found by its file name: `cid:` and the name of an `inline` part. */
function fileOf(attachment: Letter['attachments'][number]): Field {
  const { fileName, contentType, contentId, content } = safeAttachment(attachment)
  const bytes = new Uint8Array(content)
  if (contentId === undefined) return ['attachment', new File([bytes], fileName, { type: contentType })]
  return ['inline', new File([bytes], contentId, { type: contentType })]
}

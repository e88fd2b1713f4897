import { createHash } from 'node:crypto'
import { textValue } from '../message/headers.ts'
import type { Attachment } from '../transport/letter.ts'

const base64Line = 76
const parameterLength = 60

/** What a composed message is sent with besides its texts. */
export interface Enclosure {
  /** Names and values as `NewMessage` takes them: no line breaks, none of the headers that every message has. */
  readonly headers: Readonly<Record<string, string>>
  readonly attachments: readonly Attachment[]
}

/**
 * Adds headers and files to a composed message. Pictures that the HTML shows stand beside it in a `multipart/related`
 * (RFC 2387), all other files around both in a `multipart/mixed` (RFC 2046 §5.1.3).
 */
export function enclose(message: Buffer, { headers, attachments }: Enclosure): Buffer {
  const end = message.indexOf('\r\n\r\n')
  const lines = message.toString('latin1', 0, end).split('\r\n')
  const type = lines.findIndex((line) => line.startsWith('Content-Type: '))
  const [contentType] = lines.splice(type, 1)
  const shown = attachments.filter(({ contentId }) => contentId !== undefined)
  const files = attachments.filter(({ contentId }) => contentId === undefined)
  const texts = { head: contentType as string, body: [message.subarray(end + 4)] }
  const { head, body } = around('mixed', around('related', texts, shown), files)
  const top = [...lines, ...Object.entries(headers).map(([name, value]) => headerOf(name, value)), head, '', ''].join(
    '\r\n',
  )
  return Buffer.concat([Buffer.from(top, 'latin1'), ...body])
}

/** A MIME part: its Content-Type line, and its body in pieces. */
interface Part {
  readonly head: string
  readonly body: readonly Buffer[]
}

function around(kind: 'mixed' | 'related', part: Part, files: readonly Attachment[]): Part {
  if (files.length === 0) return part
  // Neither quoted-printable nor base64 has `=_`, and the two kinds differ where they would be compared.
  const boundary = `=_${kind}_${createHash('sha256').update(part.head).digest('hex').slice(0, 24)}`
  const type = kind === 'related' ? '; type="multipart/alternative"' : ''
  const text = (content: string) => Buffer.from(content, 'latin1')
  return {
    head: `Content-Type: multipart/${kind}${type};\r\n boundary="${boundary}"`,
    body: [
      text(`--${boundary}\r\n${part.head}\r\n\r\n`),
      ...part.body,
      ...files.flatMap((file) => [text(`\r\n--${boundary}\r\n${fileHead(file)}\r\n\r\n`), encoded(file.content)]),
      text(`\r\n--${boundary}--\r\n`),
    ],
  }
}

function fileHead({ fileName, contentType, contentId }: Attachment): string {
  return [
    `Content-Type: ${contentType}`,
    'Content-Transfer-Encoding: base64',
    ...(contentId === undefined ? [] : [`Content-ID: <${contentId}>`]),
    `Content-Disposition: ${contentId === undefined ? 'attachment' : 'inline'};\r\n ${nameParameter(fileName)}`,
  ].join('\r\n')
}

/** Plain names in quotes; others percent-encoded and in as many lines as they need (RFC 2231 §3 and §4). */
function nameParameter(fileName: string): string {
  if (/^[A-Za-z0-9 ._()+-]{1,60}$/.test(fileName)) return `filename="${fileName}"`
  const escaped = encodeURIComponent(fileName.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const pieces = escaped.match(new RegExp(`(?:%[0-9A-F]{2}|[^%]){1,${parameterLength / 3}}`, 'g')) ?? []
  return pieces.map((piece, index) => `filename*${index}*=${index === 0 ? "UTF-8''" : ''}${piece}`).join(';\r\n ')
}

function encoded(content: Buffer): Buffer {
  const text = content.toString('base64')
  const lines: string[] = []
  for (let at = 0; at < text.length; at += base64Line) lines.push(text.slice(at, at + base64Line))
  return Buffer.from(lines.join('\r\n'), 'latin1')
}

/** ASCII stays as it is, folded at spaces: it may have a structure that encoded words would break, as References has. */
function headerOf(name: string, value: string): string {
  if (!/^[\x20-\x7e]*$/.test(value)) return `${name}: ${textValue(name, value)}`
  let column = name.length + 1
  const words = value.split(' ').map((word) => {
    const breaks = word !== '' && column + word.length + 1 > base64Line && column > name.length + 1
    column = (breaks ? 0 : column) + word.length + 1
    return `${breaks ? '\r\n' : ''} ${word}`
  })
  return `${name}:${words.join('')}`
}

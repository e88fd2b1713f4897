import { decodeWords } from './charset.ts'
import { type Field, fieldOf } from './fields.ts'
import { htmlToText } from './html.ts'
import { type Part, parseMessage } from './mime.ts'

/** A message laid open for reading by rules. */
export interface OpenMessage {
  readonly root: Part
  readonly fields: readonly Field[]
  /** What the writer says, of all text parts outside attached messages. */
  readonly text: string
  readonly deliveryStatus: readonly Part[]
  readonly feedbackReport: Part | undefined
  readonly disposition: Part | undefined
  /** The message this one is about, when it is attached: whole, or only its header. */
  readonly attached: Part | undefined
}

export function openMessage(source: Buffer): OpenMessage {
  return layOpen(parseMessage(source))
}

export function layOpen(root: Part): OpenMessage {
  const leaves = leavesOf(root)
  const ofType = (type: string) => leaves.filter((part) => part.type === type)
  const attached = leaves.find((part) => attachedTypes.has(part.type))
  return {
    root,
    fields: root.fields,
    text: textOfLeaves(leaves),
    deliveryStatus: [...ofType('message/delivery-status'), ...ofType('message/global-delivery-status')],
    feedbackReport: ofType('message/feedback-report')[0],
    disposition: ofType('message/disposition-notification')[0],
    attached: attached && headerOf(attached),
  }
}

const attachedTypes: ReadonlySet<string> = new Set([
  'message/rfc822',
  'message/global',
  'message/partial',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
])

export function subjectOf(fields: readonly Field[]): string {
  return decodeWords(fieldOf(fields, 'subject'))
}

/** Parts with content of their own; an attached message counts as one. */
function leavesOf(part: Part): Part[] {
  if (part.parts.length === 0 || attachedTypes.has(part.type)) return [part]
  return part.parts.flatMap(leavesOf)
}

function headerOf(part: Part): Part {
  return part.parts[0] ?? parseMessage(Buffer.from(`${part.text}\n`, 'utf8'))
}

/** A multipart without parts has lost its boundaries on the way. */
function isPlain({ type }: Part): boolean {
  return type === 'text/plain' || type === 'text' || type.startsWith('multipart/')
}

/** HTML only where nothing says it in plain words: senders of notices repeat themselves in it. */
function textOfLeaves(leaves: readonly Part[]): string {
  const plain = leaves.filter(isPlain).map((part) => part.text)
  if (plain.some((text) => text.trim() !== '')) return plain.join('\n')
  return leaves
    .filter((part) => part.type === 'text/html')
    .map((part) => htmlToText(part.text))
    .join('\n')
}

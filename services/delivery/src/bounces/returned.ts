import { type Part, parseMessage } from './mime.ts'

/** A notice in plain text, split where the message it is about begins. */
export interface SplitNotice {
  readonly notice: string
  readonly returned: Part | undefined
}

/** Lines by which servers announce the copy of a message. */
const announcement =
  /^[\s\-=*_#|>.]{0,40}(this is a copy of|below (this line )?is a copy|enclosed is a copy|included is a copy|here is a copy|a copy of (the|your)|(the )?headers? of the original|original (message|mail)( |-|$|:)|(the )?original message (follows|below|header)|unsent message|undelivered message|returned message|message (headers?|text|body)s? (follow|below)|text of (the )?(original|your) message|start of (the )?(returned|original)|returned (mail|text|content)|the (full |first )?.{0,20}(header|part|lines)s? of (the|your) (original )?message|your (original )?message (follows|is (below|attached|enclosed|reproduced))|non-?delivered message)/i

export function splitNotice(text: string): SplitNotice {
  const lines = text.split('\n')
  const cut = lines.findIndex((line, index) => announcement.test(line) && restIsMessage(lines, index + 1))
  const found = headerRun(lines)
  const start = cut >= 0 && (found < 0 || cut <= found) ? cut : found
  if (start < 0) return { notice: text, returned: undefined }
  const headerStart = found >= start ? found : firstFieldAfter(lines, start)
  const copy = lines.slice(headerStart < 0 ? lines.length : headerStart).map(unindent(lines[headerStart] ?? ''))
  return {
    notice: lines.slice(0, start).join('\n'),
    returned: copy.length > 0 ? parseMessage(Buffer.from(copy.join('\n'), 'utf8')) : undefined,
  }
}

/** "Returned message" is also an opening sentence: the copy itself has to follow, or nothing at all. */
function restIsMessage(lines: readonly string[], from: number): boolean {
  const next = lines.slice(from, from + 12).filter((line) => line.trim() !== '')
  return (
    next.length === 0 || next.some((line) => fieldLine.test(line) || /^[-=]{10}/.test(line)) || from > lines.length - 4
  )
}

const fieldLine = /^\s{0,8}(?:>\s?)?([A-Za-z][A-Za-z0-9-]{1,60}):(?:\s|$)/
const traceField = /^(received|return-path|message-id|dkim-signature|domainkey-signature|mime-version|delivered-to)$/i

function firstFieldAfter(lines: readonly string[], from: number): number {
  const index = lines.slice(from, from + 20).findIndex((line, at) => at > 0 && fieldLine.test(line))
  return index < 0 ? -1 : from + index
}

/** Where a header block stands in a text: four fields or more in a run, one of them a trace no prose has. */
function headerRun(lines: readonly string[]): number {
  let start = -1
  let fields = 0
  let traced = false
  for (let index = 0; index <= lines.length; index++) {
    const line = lines[index] ?? ''
    const name = fieldLine.exec(line)?.[1]
    if (name !== undefined) {
      if (start < 0) start = index
      fields++
      traced ||= traceField.test(name)
    } else if (start < 0 || line.trim() === '' || !/^\s/.test(line)) {
      if (start >= 0 && traced && fields >= 3) return start
      start = -1
      fields = 0
      traced = false
    }
  }
  return -1
}

function unindent(first: string): (line: string) => string {
  const indent = /^\s*/.exec(first)?.[0] ?? ''
  return (line) => (indent !== '' && line.startsWith(indent) ? line.slice(indent.length) : line)
}

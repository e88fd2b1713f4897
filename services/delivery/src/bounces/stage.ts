import type { ReplyStage } from '../replies/classify.ts'

/** How programs name the command that was answered, in the words around the answer. First match wins. */
const marks: readonly (readonly [ReplyStage, RegExp])[] = [
  [
    'content',
    /end of data|end of message|end-of-data|final data\b|failed after i sent the message|for text command|after text\b|after \.|message body|sending (of )?(the )?message (body|content)|after the message (was|had been) sent|\bdot\b/i,
  ],
  [
    'rcpt',
    /(?<!^[ \t]*)rcpt[ _]?to\b|rcpt command|smtp:rcpt|does not like recipient|recipient (was|were) rejected by|rejected your recipient/im,
  ],
  ['mail', /mail[ _]?from\b|mail command|smtp:mail|sender was rejected|does not like (the )?sender/i],
  ['data', /(\(|to |after |our |on |command[: ]*\s?|>>> ?|smtp:|\[)data\b|data command/i],
  ['helo', /\b(ehlo|helo)\b|helo handshake|my name was rejected/i],
  [
    'connect',
    /refused to talk to me|initial connection|initial greeting|greeting (failed|banner)|conversation|connection greeting|while connecting/i,
  ],
]

/** The stage that a text about one recipient names, or null. */
export function stageOf(text: string): ReplyStage | null {
  const head = text.slice(0, 8_000)
  return marks.find(([, mark]) => mark.test(head))?.[0] ?? null
}

/**
 * Of a transcript (`>>>` sent, `<<<` answered; or `In:` and `Out:`), the last refusal and the command it answered.
 */
export function lastRefusal(text: string): { reply: string; stage: ReplyStage | null } | undefined {
  let command = ''
  let found: { reply: string; stage: ReplyStage | null } | undefined
  for (const line of text.split('\n')) {
    const sent = /^\s*(?:>>>|In:)\s*(.+)/.exec(line)?.[1]
    if (sent !== undefined) command = sent
    const answered = /^\s*(?:<<<|Out:)\s*((?:[45]\d\d)\b.*)/.exec(line)?.[1]
    if (answered === undefined || /^503\b.*need rcpt/i.test(answered)) continue
    if (found?.reply.startsWith(`${answered.slice(0, 3)}-`)) found.reply += ` ${answered}`
    else found = { reply: answered, stage: stageOfCommand(command) }
  }
  return found
}

/** The only command of a transcript, as it stands there: where several were answered, none speaks for all. */
export function commandOf(text: string): string {
  const commands = [...text.matchAll(/^\s*>>>\s*\S+/gm)].map(([line]) => line.trim())
  return new Set(commands).size === 1 ? (commands[0] ?? '') : ''
}

function stageOfCommand(command: string): ReplyStage | null {
  if (/^rcpt/i.test(command)) return 'rcpt'
  if (/^mail/i.test(command)) return 'mail'
  if (/^data/i.test(command)) return 'data'
  if (/^(ehlo|helo)/i.test(command)) return 'helo'
  return command.startsWith('.') ? 'content' : null
}

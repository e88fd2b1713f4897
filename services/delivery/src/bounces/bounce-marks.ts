import { type Field, fieldOf, fieldsOf } from './fields.ts'
import { type OpenMessage, subjectOf } from './message.ts'

const daemon =
  /mailer[-_. ]?daemon|mail(er)? deliver\w* (sub)?system|post[-_ ]?master|mail[-. ]delivery|delivery[-. ](system|subsystem|report|status)|system administrator|mail system|poostmaster|interscan|no-?reply|mailadm/i
const subjectWords =
  /undeliver|un-deliver|non-?deliver|not (be )?deliver|(delivery|delivering|deliver)\b.{0,40}(fail|status|report|notif|problem|error|delay|unsuccess)|fail\w* .{0,20}deliver|return(ed|ing) (mail|message|to sender)|fail(ure|ed)? notice|mail (system )?(error|fail)|failure notif|could not (be )?(send|sent|deliver)|warning: (message|could not)|bounce|rejected|error sending|message (not|never) delivered|delayed (mail|message)|mail could not|mail failed|errors? from|не доставлено|nicht zugestellt|unzustellbar|non (remis|distribu)|no entregado|不達|配信/i
const bodyWords =
  /(could|can|did|was|were|has|have|had)('| )?n[o']?t (yet )?(be |been |reach )?(deliver|reach|the following)|(un|not )able to deliver|undeliver|deliver(y|ing)? .{0,60}(fail|error|delay|trouble)|(fail|error|trouble)\w* .{0,40}deliver|following (address|recipient)|permanent (fatal )?error|returned (to you|below|mail)|failed recipient|failed addresses|was rejected by|message was not delivered|did not reach|account is disabled|original message was received|transcript of session|error message below|permission to post|送信できません|届けすることが/i

/** A program writes it, of a message that did not arrive: asked for messages without the fields of a report. */
export function looksLikeNotice(message: OpenMessage): boolean {
  const { fields } = message
  if (fieldOf(fields, 'x-failed-recipients') !== '') return true
  if (isListRefusal(message)) return true
  const sender = senderMark(fields)
  const subject = subjectWords.test(subjectOf(fields))
  const body = bodyWords.test(message.text.slice(0, 20_000))
  if (message.root.parameters.get('report-type') === 'delivery-status') return true
  if (/^loop alert\b/i.test(subjectOf(fields))) return true
  return sender ? subject || body : false
}

/** Managers of mailing lists answer strangers from an address of their own. */
function isListRefusal({ fields }: OpenMessage): boolean {
  const byList = listMarks.some((name) => fieldOf(fields, name) !== '')
  return byList && /\bnot (a )?(list )?member\b|post .{0,40}(rejected|not allowed)/i.test(subjectOf(fields))
}

const listMarks = ['x-mlserver', 'x-ml-name', 'mailing-list', 'list-id', 'list-subscribe', 'x-mailman-version'] as const

function senderMark(fields: readonly Field[]): boolean {
  if (fieldsOf(fields, 'return-path').some((path) => /^<\s*>$/.test(path.trim()))) return true
  if (
    /^<\s*>$/.test(fieldOf(fields, 'from')) ||
    daemon.test(fieldOf(fields, 'from')) ||
    daemon.test(fieldOf(fields, 'sender'))
  )
    return true
  return daemon.test(fieldOf(fields, 'return-path'))
}

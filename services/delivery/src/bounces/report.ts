import type { ReplyStage } from '../replies/classify.ts'
import { sameAddress } from './addresses.ts'
import type { OpenMessage } from './message.ts'
import { linesAbout } from './recipients.ts'
import { type RecipientAction, type RecipientRow, rowOf } from './rows.ts'
import { commandOf } from './stage.ts'
import { type StatusGroup, statusGroups } from './status-fields.ts'

/** Rows of a delivery report, from its own part or from the same fields in plain text; empty when it has none. */
export function reportRows(message: OpenMessage, notice: string): RecipientRow[] {
  const parts = message.deliveryStatus.map(({ text }) => text)
  const groups = parts.flatMap(statusGroups)
  const { prose, fields } = splitFields(groups.length > 0 ? '' : notice)
  const byOwnersRule = parts.some((text) => ownersRule.test(text))
  const found = merge(groups.length > 0 ? groups : statusGroups(fields))
  const words = groups.length > 0 ? notice : prose
  return found.map((group, _, all) =>
    rowOf({
      address: group.address,
      action: actionOf(group),
      status: group.status,
      diagnostic:
        group.diagnostic === '' ? '' : `${group.diagnosticType === 'x-unix' ? 'x-unix; ' : ''}${group.diagnostic}`,
      about: all.length === 1 ? words : aboutRecipient(words, group),
      notice: all.length === 1 ? words : '',
      stage: assumedStage(group, byOwnersRule),
    }),
  )
}

/** Amazon SES answers for mailboxes by rules of their owner, who picks the text of the bounce: any, also "no such mailbox". */
const ownersRule = /^reporting-mta:\s*dns;\s*inbound-smtp\.[a-z0-9-]+\.amazonaws\.com/im

/**
 * Where nothing names the command: another server's answer was most likely given to RCPT. The reporting server's own words,
 * and answers without a status, prove nothing.
 */
function assumedStage({ remote, status, diagnostic }: StatusGroup, byOwnersRule: boolean): ReplyStage | null {
  if (byOwnersRule) return 'content'
  const vague = status.endsWith('.0.0') && !diagnostic.includes('@')
  return remote && !vague ? 'rcpt' : null
}

/** Lines of a report that a program wrote into its text. */
function splitFields(text: string): { prose: string; fields: string } {
  const start = /^[ \t]*(final-recipient|original-recipient|reporting-mta):/im.exec(text)
  if (start === null) return { prose: text, fields: '' }
  return { prose: text.slice(0, start.index), fields: text.slice(start.index).replace(/^[ \t]+(?=[A-Z][\w-]*:)/gm, '') }
}

function actionOf({ action, status }: StatusGroup): RecipientAction {
  if (['delivered', 'relayed', 'expanded', 'deliverable', 'delivery'].includes(action)) return 'delivered'
  if (action === 'delayed') return 'delayed'
  return action === '' && status.startsWith('2') ? 'delivered' : 'failed'
}

/** One row a recipient, however often it stands there; the last word counts. */
function merge(groups: readonly StatusGroup[]): StatusGroup[] {
  const merged: StatusGroup[] = []
  for (const group of groups) {
    const at =
      group.finalAddress === '' ? -1 : merged.findIndex((one) => sameAddress(one.finalAddress, group.finalAddress))
    if (at < 0) merged.push(group)
    else merged[at] = group
  }
  return merged
}

/** What the notice says of one of several recipients, and the command, when one was answered for all of them. */
function aboutRecipient(words: string, { address, finalAddress }: StatusGroup): string {
  const own = linesAbout(words, [finalAddress, address])
  return `${own}\n${commandOf(words)}`
}

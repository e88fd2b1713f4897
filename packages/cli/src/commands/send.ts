import { parseArgs } from 'node:util'
import { type Command, onlyWord, UsageError } from '../command.ts'
import { accountingTable, accountsOf, createOutput, type Output } from '../output.ts'
import { poll, taken } from '../replies.ts'
import { openSession, type Session } from '../session.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const send: Command = {
  usage: '<campaign id> [--workspace <name>] [--json]',
  about: 'Sends an approved campaign and waits until nothing is pending',
  async run(words) {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { json: { type: 'boolean', default: false }, workspace: { type: 'string' } },
      allowPositionals: true,
    })
    const campaignId = onlyWord(positionals, 'Say which campaign, by its id.')
    if (!uuid.test(campaignId)) {
      throw new UsageError(`"${campaignId}" is no campaign's id. It is the last part of its page's address.`)
    }
    const output = createOutput(values.json)
    await using session = await openSession({ workspace: values.workspace })
    const params = { path: { campaignId } }
    const { state } = await taken(session.client.GET('/v1/campaigns/{campaignId}', { params }))
    if (state === 'draft') {
      throw new Error('This campaign is not approved yet. Approve it on its page in the console, then send it.')
    }
    await taken(session.client.POST('/v1/campaigns/{campaignId}/send', { params }))
    const accounting = await watchSend(session, campaignId, output)
    const report = `${session.publicUrl}/campaigns/${campaignId}/report`
    output.finish(`${accountingTable(accounting)}\n  ${report}`, { accounting: accountsOf(accounting), report })
    return accounting.failed + accounting.unknown === 0 ? 0 : 1
  },
}

/** Shows the progress of a campaign until it is done or stopped, and returns the accounts. */
export async function watchSend({ client }: Session, campaignId: string, output: Output) {
  const ask = () => taken(client.GET('/v1/campaigns/{campaignId}', { params: { path: { campaignId } } }))
  const launched = await poll(ask, ({ state }) => state !== 'launching' && state !== 'approved', 100)
  const bar = output.bar('Sending', launched.accounting?.audience ?? 0)
  const ended = await poll(
    ask,
    ({ state, accounting }) => {
      // The audience still grows while the first are sent.
      if (accounting) bar.set(accounting.audience - accounting.pending, accounting.audience)
      return state === 'done' || state === 'cancelled' || state === 'paused'
    },
    200,
  )
  bar.stop()
  if (!ended.accounting) throw new Error('The campaign was not launched.')
  return ended.accounting
}

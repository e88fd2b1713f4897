import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Brief } from '@fanfare/ai/contract'
import { Identity } from '@fanfare/identity/contract'
import { readEnvironment } from '@fanfare/kernel'
import type { FanfareClient } from '@fanfare/sdk'
import type { Command } from '../command.ts'
import { accountingTable, accountsOf, createOutput, type Output } from '../output.ts'
import { poll, taken } from '../replies.ts'
import { openPlatform, type Session, signIn } from '../session.ts'
import { actAsRecipients } from './demo-recipients.ts'
import { runImport } from './import.ts'
import { watchSend } from './send.ts'

const examples = new URL('../../../../examples/', import.meta.url)
const password = 'demo-demo-demo'

export const demo: Command = {
  usage: '[--seed-only] [--json]',
  about: 'Runs the whole main job on a workspace that it makes',
  details:
    '--seed-only stops with a campaign that waits for approval. Nothing leaves this machine: mail goes to the sandbox.\n',
  async run(words) {
    const { values } = parseArgs({
      args: [...words],
      options: { json: { type: 'boolean', default: false }, 'seed-only': { type: 'boolean', default: false } },
    })
    const output = createOutput(values.json)
    const app = await openPlatform({ http: await chooseAddress() })
    const email = `demo-${Date.now().toString(36)}@example.com`
    const { tenantId } = await app
      .get(Identity)
      .provision({ workspaceName: 'Demo', name: 'Demo owner', email, password })
      .catch(async (error) => {
        await app.stop()
        throw error
      })
    await using session = await signIn(app, tenantId)
    output.step(`Workspace "Demo"; sign in as ${email} with the password ${password}`)

    const campaignId = await prepareCampaign(session, output)
    if (values['seed-only']) {
      const url = `${session.publicUrl}/campaigns/${campaignId}`
      output.finish(`  Ready to approve: ${url} (after npm start)`, { campaign: url, email, password })
      return 0
    }
    return await sendAndReport(session, campaignId, output)
  },
}

/** Import, brief, crew, drafts, audience and sender: everything up to the approval. */
async function prepareCampaign({ client }: Session, output: Output): Promise<string> {
  const file = fileURLToPath(new URL('contacts.csv', examples))
  const imported = await runImport(client, { file, consentBasis: 'opt_in', listName: 'Customers' }, output)
  output.step(`Imported ${imported.created} contacts, ${imported.rejected} rows rejected with reasons`)

  const brief = Brief.parse(JSON.parse(await readFile(new URL('brief.json', examples), 'utf8')))
  await taken(client.PUT('/v1/brand', { body: demoBrand }))
  const campaign = await taken(client.POST('/v1/campaigns', { body: { name: 'Scheduling board', brief } }))
  const path = { campaignId: campaign.id }
  const run = await taken(client.POST('/v1/campaigns/{campaignId}/draft', { params: { path }, body: { brief } }))
  const drafted = await waitForCrew(client, run.id, output)

  const shares = drafted.variants.map(
    (_, index, all) => Math.floor(100 / all.length) + (index < 100 % all.length ? 1 : 0),
  )
  const variants = drafted.variants.map(({ label, subject, preheader, body }, index) => ({
    label,
    subject,
    preheader,
    body,
    share: shares[index] as number,
  }))
  await taken(
    client.POST('/v1/campaigns/{campaignId}/accept-draft', { params: { path }, body: { runId: run.id, variants } }),
  )
  const { rows: lists } = await taken(client.GET('/v1/lists'))
  const list = lists.find(({ name }) => name === 'Customers')
  const senderId = await sandboxSender(client)
  await taken(
    client.PATCH('/v1/campaigns/{campaignId}', {
      params: { path },
      body: { senderId, ...(list ? { audience: { kind: 'list' as const, listId: list.id } } : {}) },
    }),
  )
  return campaign.id
}

const demoBrand = {
  name: 'Northwind Events',
  description: 'Software for teams that plan events',
  website: 'https://example.com',
  postalAddress: '1 Harbour Street, 1000 Example City',
  tone: 'friendly' as const,
  facts: ['More than one calendar can be shown side by side'],
  avoid: [],
}

async function waitForCrew(client: FanfareClient, runId: string, output: Output) {
  const bar = output.bar('Crew', 4)
  const ended = await poll(
    () => taken(client.GET('/v1/crew-runs/{runId}', { params: { path: { runId } } })),
    ({ state, steps }) => {
      bar.set(steps.filter((step) => step.state === 'done').length)
      return state !== 'waiting' && state !== 'running'
    },
    50,
  )
  bar.stop()
  if (ended.state !== 'done') throw new Error(`The crew did not finish: ${ended.failure ?? ended.state}`)
  if (ended.offline) output.step('Drafted by the offline writer: it follows rules and is not a language model')
  return ended
}

async function sandboxSender(client: FanfareClient): Promise<string> {
  const sender = await taken(
    client.POST('/v1/senders', {
      body: {
        name: 'Sandbox',
        fromName: 'Northwind Events',
        fromEmail: 'hello@northwind.example',
        replyTo: '',
        postalAddress: demoBrand.postalAddress,
        kind: 'sandbox',
        smtp: null,
        messagesPerSecond: null,
      },
    }),
  )
  return sender.id
}

async function sendAndReport(session: Session, campaignId: string, output: Output): Promise<number> {
  const { client, publicUrl } = session
  const path = { campaignId }
  const { fingerprint, ready, checks } = await taken(
    client.GET('/v1/campaigns/{campaignId}/readiness', { params: { path } }),
  )
  if (!ready)
    throw new Error(
      checks
        .filter(({ state }) => state === 'fail')
        .map(({ text }) => text)
        .join('\n'),
    )
  await taken(client.POST('/v1/campaigns/{campaignId}/approve', { params: { path }, body: { fingerprint } }))
  await taken(client.POST('/v1/campaigns/{campaignId}/send', { params: { path } }))
  await watchSend(session, campaignId, output)
  await actAsRecipients(client, output)

  // Asked again: an unsubscribe may have come in, and the accounts must still add up.
  const accounting = await taken(client.GET('/v1/campaigns/{campaignId}/accounting', { params: { path } }))
  const report = `${publicUrl}/campaigns/${campaignId}/report`
  output.finish(`${accountingTable(accounting)}\n\n  Report: ${report} (after npm start)`, {
    accounting: accountsOf(accounting),
    report,
  })
  const { audience, sent, failed, suppressed, pending, unknown } = accounting
  return audience === sent + failed + suppressed + pending + unknown ? 0 : 1
}

/** The configured port when it is free; else, unless somebody chose it, any. */
async function chooseAddress(): Promise<{ port?: number }> {
  if (readEnvironment().FANFARE_PORT) return {}
  const usual = 8080
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(usual, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
  return { port: free ? usual : 0 }
}

import { Identity } from '@fanfare/identity/contract'
import { createLogger, Events, Http, Jobs, start } from '@fanfare/kernel'
import { createClient, type FanfareClient } from '@fanfare/sdk'
import { platform } from '@fanfare/server'
import { openSink } from '../smtp-sink/sink.ts'
import { approveCampaign, createNewsletter, createSender, sendCampaign } from '../workspace/campaigns.ts'
import { importPeople } from '../workspace/contacts.ts'
import { taken } from '../workspace/replies.ts'
import { type SeenStatement, watchStatements } from './observe.ts'

export interface StagePlan {
  readonly url: string
  readonly folder: string
  /** Contacts of the workspace that sends; its neighbours have a tenth each. */
  readonly contacts: number
  readonly workspaces: number
  say(line: string): void
}

/** Lets the product send a campaign and be read in the console, and returns the statements that took the most time. */
export async function hottestStatements(plan: StagePlan) {
  const { url, folder, contacts, workspaces, say } = plan
  await using sink = await openSink({})
  await using app = await start(platform, {
    environment: { FANFARE_DATA_DIR: folder },
    config: { db: { url }, http: { port: 0, rateLimitFactor: 1_000 }, identity: { bcryptCost: 4 } },
    log: createLogger({ level: 'silent' }),
  })
  const openWorkspace = async (number: number, count: number): Promise<{ client: FanfareClient; tenantId: string }> => {
    const name = `Bench ${number}`
    const person = { workspaceName: name, name, email: `owner${number}@example.com`, password: 'correct horse battery' }
    const { tenantId } = await app.get(Identity).provision(person)
    const { key } = await app.get(Identity).issueKey({ tenantId, name, role: 'owner' })
    const client = createClient({ url: app.get(Http).localUrl, key })
    await importPeople(client, folder, { first: 0, count, listName: 'Everyone' })
    return { client, tenantId }
  }
  for (let number = 1; number < workspaces; number++) await openWorkspace(number, Math.ceil(contacts / 10))
  const { client, tenantId } = await openWorkspace(0, contacts)
  say(`${contacts} contacts beside ${workspaces - 1} neighbours`)

  using watching = watchStatements()
  const emailId = await createNewsletter(client)
  const senderId = await createSender(client, 'Sink', { host: '127.0.0.1', port: sink.port })
  const campaignId = await approveCampaign(client, { name: 'Everyone', senderId, emailId })
  await sendCampaign(client, campaignId)
  await untilSent(client, campaignId)
  await app.get(Jobs).drain()
  await app.get(Events).drain()
  say(`sent to ${contacts}`)
  for (let turn = 0; turn < 15; turn++) await readConsole(client, campaignId)
  say(`${watching.statements.size} statements of the services were seen`)
  return { tenantId, statements: hottest(watching.statements, tenantId) }
}

/** Of one tenant, with the busiest first. */
function hottest(seen: ReadonlyMap<string, SeenStatement>, tenantId: string): SeenStatement[] {
  return [...seen.values()]
    .map((statement) => ({ ...statement, samples: statement.samples.filter((sample) => sample.tenantId === tenantId) }))
    .filter(({ samples }) => samples.length > 0)
    .sort((a, b) => b.totalMs - a.totalMs)
}

async function untilSent(client: FanfareClient, campaignId: string): Promise<void> {
  const params = { path: { campaignId } }
  for (let looks = 0; looks < 1_200; looks++) {
    const { state } = await taken(client.GET('/v1/campaigns/{campaignId}', { params }))
    if (state === 'done') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The campaign was not sent within two minutes')
}

/** What the pages of the console ask for. */
async function readConsole(client: FanfareClient, campaignId: string): Promise<void> {
  const params = { path: { campaignId } }
  const { rows: lists } = await taken(client.GET('/v1/lists'))
  const listId = lists[0]?.id ?? ''
  await taken(client.GET('/v1/home'))
  const { rows: people } = await taken(client.GET('/v1/contacts', { params: { query: { limit: 100 } } }))
  await taken(client.GET('/v1/contacts', { params: { query: { search: 'person.12' } } }))
  await taken(client.GET('/v1/contacts', { params: { query: { listId } } }))
  await taken(client.GET('/v1/contacts/count'))
  await taken(client.GET('/v1/tags'))
  for (const { id } of people.slice(0, 3)) {
    await taken(client.GET('/v1/contacts/{contactId}', { params: { path: { contactId: id } } }))
    await taken(client.GET('/v1/contacts/{contactId}/timeline', { params: { path: { contactId: id } } }))
  }
  const conditions = [{ kind: 'field' as const, field: 'city', operator: 'is' as const, value: 'Berlin' }]
  await taken(client.POST('/v1/segments/count', { body: { rules: { match: 'all', conditions, groups: [] } } }))
  await taken(client.GET('/v1/campaigns'))
  await taken(client.GET('/v1/campaigns/{campaignId}', { params }))
  await taken(client.GET('/v1/campaigns/{campaignId}/accounting', { params }))
  await taken(client.GET('/v1/campaigns/{campaignId}/deliveries', { params: { ...params, query: { limit: 100 } } }))
  await taken(
    client.GET('/v1/campaigns/{campaignId}/deliveries', { params: { ...params, query: { search: 'person.77' } } }),
  )
  await taken(client.GET('/v1/campaigns/{campaignId}/report', { params }))
  await taken(client.GET('/v1/feedback'))
  await taken(client.GET('/v1/feedback/summary'))
  await taken(client.GET('/v1/senders'))
  await taken(client.GET('/v1/messages'))
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { FanfareClient } from '@fanfare/sdk'
import { approveCampaign, createNewsletter, sendCampaign } from '../workspace/campaigns.ts'
import { importPeople } from '../workspace/contacts.ts'
import { taken } from '../workspace/replies.ts'

/** The links of messages that were really sent: a click and a pixel of each. */
export interface SentLinks {
  readonly campaignId: string
  readonly clicks: readonly string[]
  readonly opens: readonly string[]
}

/** Sends a campaign to so many people into the sandbox, and reads the links out of its messages. */
export async function sendMessages(client: FanfareClient, folder: string, count: number): Promise<SentLinks> {
  await importPeople(client, folder, { first: 0, count })
  const emailId = await createNewsletter(client)
  const { id: senderId } = await taken(
    client.POST('/v1/senders', {
      body: {
        name: 'Sandbox',
        fromName: 'The evening letter',
        fromEmail: 'hello@letters.example.com',
        postalAddress: '1 Harbour Street, 1000 Example City',
        kind: 'sandbox',
        messagesPerSecond: null,
      },
    }),
  )
  const campaignId = await approveCampaign(client, { name: 'Everyone', senderId, emailId })
  await sendCampaign(client, campaignId)
  const htmls = await readSandbox(client, count)
  const find = (pattern: RegExp) =>
    htmls.map((html) => {
      const found = pattern.exec(html)?.[1]
      if (found === undefined) throw new Error(`A message has nothing like ${pattern}`)
      return found
    })
  return {
    campaignId,
    clicks: find(/href="https?:\/\/[^/"]+(\/c\/[^"]+)"/),
    opens: find(/src="https?:\/\/[^/"]+(\/o\/[^"]+)"/),
  }
}

/** Every message's HTML, once all have arrived. */
async function readSandbox(client: FanfareClient, count: number): Promise<string[]> {
  const deadline = AbortSignal.timeout(120_000)
  for (;;) {
    const ids = await listIds(client)
    if (ids.length >= count) return Promise.all(ids.map((id) => readHtml(client, id)))
    if (deadline.aborted) throw new Error(`Of ${count} messages ${ids.length} arrived within two minutes`)
    await sleep(200)
  }
}

async function listIds(client: FanfareClient): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const query: { limit: number; cursor?: string } = { limit: 100, ...(cursor === null ? {} : { cursor }) }
    const page = await taken(client.GET('/v1/sandbox/messages', { params: { query } }))
    ids.push(...page.rows.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null)
  return ids
}

async function readHtml(client: FanfareClient, messageId: string): Promise<string> {
  const { html } = await taken(client.GET('/v1/sandbox/messages/{messageId}', { params: { path: { messageId } } }))
  return html
}

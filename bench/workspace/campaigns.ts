import type { FanfareClient } from '@fanfare/sdk'
import { newsletter } from './email.ts'
import { taken } from './replies.ts'

/** A server that takes mail without TLS or a password: one on the loopback. */
export interface MailServer {
  readonly host: string
  readonly port: number
}

export async function createSender(client: FanfareClient, name: string, { host, port }: MailServer): Promise<string> {
  const { id } = await taken(
    client.POST('/v1/senders', {
      body: {
        name,
        fromName: 'The evening letter',
        fromEmail: 'hello@letters.example.com',
        replyTo: 'editors@letters.example.com',
        postalAddress: '1 Harbour Street, 1000 Example City',
        kind: 'smtp',
        smtp: { host, port, tls: 'none', username: '' },
        messagesPerSecond: null,
      },
    }),
  )
  return id
}

export async function createNewsletter(client: FanfareClient): Promise<string> {
  const { id, findings } = await taken(client.POST('/v1/emails', { body: newsletter }))
  const errors = findings.filter(({ level }) => level === 'error')
  if (errors.length > 0) throw new Error(`The email has errors: ${JSON.stringify(errors)}`)
  return id
}

export interface CampaignPlan {
  readonly name: string
  readonly senderId: string
  readonly emailId: string
  /** Everyone when left out. */
  readonly listName?: string
}

/** A campaign that only has to be sent. */
export async function approveCampaign(client: FanfareClient, plan: CampaignPlan): Promise<string> {
  const { id } = await taken(client.POST('/v1/campaigns', { body: { name: plan.name } }))
  const params = { path: { campaignId: id } }
  await taken(
    client.PATCH('/v1/campaigns/{campaignId}', {
      params,
      body: {
        senderId: plan.senderId,
        audience: await audienceOf(client, plan.listName),
        variants: [{ label: 'A', emailId: plan.emailId, share: 100 }],
      },
    }),
  )
  const { ready, fingerprint, checks } = await taken(client.GET('/v1/campaigns/{campaignId}/readiness', { params }))
  if (!ready) throw new Error(`The campaign is not ready: ${JSON.stringify(checks)}`)
  await taken(client.POST('/v1/campaigns/{campaignId}/approve', { params, body: { fingerprint } }))
  return id
}

async function audienceOf(client: FanfareClient, listName: string | undefined) {
  if (listName === undefined) return { kind: 'everyone' as const }
  const { rows } = await taken(client.GET('/v1/lists'))
  const list = rows.find(({ name }) => name === listName)
  if (list === undefined) throw new Error(`There is no list "${listName}"`)
  return { kind: 'list' as const, listId: list.id }
}

export async function sendCampaign(client: FanfareClient, campaignId: string): Promise<void> {
  await taken(client.POST('/v1/campaigns/{campaignId}/send', { params: { path: { campaignId } } }))
}

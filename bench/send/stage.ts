import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient, type FanfareClient } from '@fanfare/sdk'
import { platform } from '@fanfare/server'
import { makeOwner, type ServerProcess, serverProcess } from '@fanfare/testkit'
import { openSink } from '../smtp-sink/sink.ts'
import {
  approveCampaign,
  createNewsletter,
  createSender,
  type MailServer,
  sendCampaign,
} from '../workspace/campaigns.ts'
import { importPeople } from '../workspace/contacts.ts'
import type { BenchDatabase } from './database.ts'

export interface StagePlan {
  readonly folder: string
  readonly database: BenchDatabase
  readonly sink: MailServer
  readonly recipients: number
  readonly connections: number | undefined
  readonly say: (line: string) => void
}

/** The product, stopped, with a campaign to everyone that only has to be sent. */
export interface Stage {
  readonly server: ServerProcess
  readonly key: string
  readonly campaignId: string
  /** One message as it went over the wire. */
  readonly sample: Buffer
}

/** Everything but the console, which a send does not touch. */
const services = platform.map(({ provides }) => provides.id)

/**
 * Brings the people in, sends one of them the same email through a small sink of its own to have a sample, and prepares the
 * campaign to all of them.
 */
export async function setStage({ folder, database, sink, recipients, connections, say }: StagePlan): Promise<Stage> {
  const dataDir = join(folder, 'data')
  await mkdir(dataDir, { recursive: true })
  const server = serverProcess({
    dataDir,
    services,
    databaseUrl: database.url,
    environment: {
      FANFARE_HTTP_RATE_LIMIT_FACTOR: '1000',
      ...(connections === undefined ? {} : { FANFARE_DELIVERY_CONNECTIONS: String(connections) }),
    },
  })
  const { setupLink } = await server.start()
  if (setupLink === undefined) throw new Error('The first start printed no setup link.')
  const key = await makeOwner(setupLink, 'Bench')
  const client = createClient({ url: server.url, key })

  const began = performance.now()
  await importPeople(client, folder, { first: 0, count: 1, listName: 'Sample' })
  if (recipients > 1) await importPeople(client, folder, { first: 1, count: recipients - 1 })
  say(`imported ${recipients} people in ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  const emailId = await createNewsletter(client)
  const sample = await takeSample(client, emailId)
  const senderId = await createSender(client, 'Sink', sink)
  const campaignId = await approveCampaign(client, { name: 'Everyone', senderId, emailId })
  await server.stop()
  return { server, key, campaignId, sample }
}

async function takeSample(client: FanfareClient, emailId: string): Promise<Buffer> {
  await using sink = await openSink({ keepsSample: true })
  const senderId = await createSender(client, 'Sample', { host: '127.0.0.1', port: sink.port })
  const campaignId = await approveCampaign(client, { name: 'Sample', senderId, emailId, listName: 'Sample' })
  await sendCampaign(client, campaignId)
  const deadline = AbortSignal.timeout(60_000)
  for (let sample = sink.sample(); ; sample = sink.sample()) {
    if (sample !== undefined) return Buffer.from(sample)
    if (deadline.aborted) throw new Error('One message alone did not arrive within a minute')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

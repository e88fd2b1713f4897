import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AnyService, ShapeOf } from '@fanfare/kernel'
import { boot, type TestApp } from '@fanfare/testkit'
import type { z } from 'zod'
import { type Accounting, DeliveryEngine, type NewSender } from '../src/contract.ts'
import { delivery } from '../src/service.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { type BuiltRecipient, buildEmail, buildRecipient, buildSender } from './factories.ts'
import { type FakeAudience, type FakeContent, type FakeEmail, fakeAudience, fakeContent } from './fakes.ts'

/** Delivery between a faked audience and faked content. */
export interface Cast {
  readonly app: TestApp
  readonly engine: ShapeOf<typeof DeliveryEngine>
  readonly audience: FakeAudience
  readonly content: FakeContent
}
/** A cast on a database of its own. */
export interface Stage extends Cast, AsyncDisposable {}

/** Short waits, so that retries come within a test. */
const quick = {
  retryDelayMs: 50,
  reconnectDelayMs: 100,
  reconnectDelayMaxMs: 300,
  leaseSeconds: 5,
  connectTimeoutMs: 2_000,
}

/** @param others services besides, or the real ones instead of the faked */
export async function openStage(
  config: Record<string, unknown> = {},
  others: readonly AnyService[] = [],
): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-delivery-'))
  const [audience, content] = [fakeAudience(), fakeContent()]
  const given = new Set(others.map(({ provides }) => provides.id))
  const faked = [audience.service, content.service].filter(({ provides }) => !given.has(provides.id))
  const app = await boot([delivery, ...faked, ...others], {
    config: { jobs: { pollIntervalSeconds: 0.5 }, delivery: { dataDir, ...quick, ...config } },
  })
  return {
    app,
    engine: app.get(DeliveryEngine),
    audience,
    content,
    async [Symbol.asyncDispose]() {
      await app.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}

/** A campaign as the contract names it. */
export interface CampaignRef {
  readonly tenantId: string
  readonly campaignId: string
}
export interface BuiltCampaign extends CampaignRef {
  readonly variantId: string
  readonly recipients: readonly BuiltRecipient[]
}
export interface CampaignPlan {
  tenantId?: string
  recipients?: readonly Partial<BuiltRecipient>[]
  count?: number
  email?: FakeEmail
  sender?: Partial<z.input<typeof NewSender>>
}

/** A campaign whose audience is complete and which has not begun. */
export async function buildCampaign(stage: Cast, plan: CampaignPlan = {}): Promise<BuiltCampaign> {
  const { tenantId = stage.app.tenant(), count = 1 } = plan
  const ref = { tenantId, campaignId: randomUUID(), variantId: randomUUID() }
  const emailId = randomUUID()
  stage.content.emails.set(emailId, plan.email ?? buildEmail())
  const api = stage.app.as({ tenantId, role: 'owner' })
  const sender = await api.post('/v1/senders', buildSender(plan.sender))
  if (sender.status !== 201) throw new Error(sender.text)
  const recipients = (plan.recipients ?? Array.from({ length: count }, () => ({}))).map((change) =>
    buildRecipient({ variantId: ref.variantId, ...change }),
  )
  for (const { contactId, email } of recipients) {
    const values = { email, first_name: 'Ada', last_name: '' }
    stage.audience.contacts.set(contactId, { contactId, email, values, subscribed: true, listIds: [] })
  }
  await stage.engine.prepareDispatch({
    ...ref,
    name: 'A campaign',
    senderId: sender.body.id,
    variants: [{ variantId: ref.variantId, label: 'A', emailId }],
  })
  for (let at = 0; at < recipients.length; at += 10_000) {
    await stage.engine.addRecipients({ ...ref, recipients: recipients.slice(at, at + 10_000) })
  }
  return { ...ref, recipients }
}

export function senderTo(
  port: number,
  change: Partial<z.input<typeof NewSender>> = {},
): Partial<z.input<typeof NewSender>> {
  return { kind: 'smtp', smtp: { host: '127.0.0.1', port, tls: 'none' }, ...change }
}

/** Waits until something holds; fails with the last value after a generous while. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (value: T) => boolean,
  forMs = 20_000,
): Promise<T> {
  const until = performance.now() + forMs
  for (;;) {
    const value = await look()
    if (holds(value)) return value
    if (performance.now() > until) throw new Error(`Still ${JSON.stringify(value)} after ${forMs} ms`)
    await sleep(20)
  }
}

/** Starts a campaign and waits until nothing of it is pending. */
export async function sendOut(stage: Stage, ref: CampaignRef): Promise<Accounting> {
  await stage.engine.startDispatch(ref)
  return eventually(
    () => stage.engine.getAccounting(ref),
    (accounting) => accounting.pending === 0,
  )
}

export function sumOf({ sent, failed, suppressed, pending, unknown }: Accounting): number {
  return sent + failed + suppressed + pending + unknown
}

export async function ledgerOf(stage: Stage, { tenantId, campaignId }: CampaignRef) {
  return stage.app.db
    .as<DeliveryTables>()
    .withTenant(tenantId, (trx) =>
      trx.selectFrom('delivery.delivery').selectAll().where('dispatch_id', '=', campaignId).orderBy('id').execute(),
    )
}

/** How many batches of a campaign a worker has in hand. */
export async function countInHand(stage: Stage, { tenantId, campaignId }: CampaignRef): Promise<number> {
  const rows = await stage.app.db
    .as<DeliveryTables>()
    .withTenant(tenantId, (trx) =>
      trx
        .selectFrom('delivery.batch')
        .select('id')
        .where('dispatch_id', '=', campaignId)
        .where('fence', 'is not', null)
        .execute(),
    )
  return rows.length
}

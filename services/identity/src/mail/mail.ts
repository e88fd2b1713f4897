import { type Clock, type Database, defineJob, type Ids, type Jobs, type Keys, type Logger } from '@fanfare/kernel'
import { z } from 'zod'
import type { Brand } from '../contract/appearance.ts'
import { deleteKeptMails, keepMail, listKeptMails } from '../store/kept-mail.ts'
import type { Schema } from '../store/schema.ts'
import { compose, type MailBrand, type MailTemplate } from './letter.ts'
import { type Envelope, isRefusedForGood, type MailTransport } from './transport.ts'

/** Mails of the product itself: links, codes, notices. Never campaigns. */
export interface Mail {
  /** Whether there is a mail server; without one mails are logged and kept for the operator. */
  readonly hasServer: boolean
  /** Leaves a mail to the queue. Inside a transaction it goes out when that commits, and not at all when it does not. */
  send<V>(mail: MailToSend<V>): Promise<void>
}

export interface MailToSend<V> {
  readonly to: string
  readonly template: MailTemplate<V>
  readonly values: V
  /** The workspace whose name and colours it has; undefined for those of the installation. */
  readonly tenantId?: string | undefined
}

export interface MailDeps {
  readonly db: Database<Schema>
  readonly clock: Clock
  readonly ids: Ids
  readonly jobs: Jobs
  readonly keys: Keys
  readonly log: Logger
  readonly transport: MailTransport | undefined
  readonly brandOf: (tenantId: string | undefined) => Promise<MailBrand & Pick<Brand, 'sender'>>
}

// Sealed: the link in it is a credential, and a row of the queue outlives it. Half an hour of tries outlives a grey list.
const SendMail = defineJob('identity.send-mail', z.object({ sealed: z.string() }), {
  retryLimit: 8,
  retryDelaySeconds: 10,
})
const sealContext = 'identity/mail'
const keptAtMost = 100
const keptMs = 24 * 60 * 60 * 1_000

export function createMail(deps: MailDeps): Mail {
  deps.jobs.work(SendMail, async ({ sealed }) => deliver(deps, sealed), { concurrency: 2 })
  return {
    hasServer: deps.transport !== undefined,
    async send({ to, template, values, tenantId }) {
      const brand = await deps.brandOf(tenantId)
      const envelope: Envelope = { to, from: brand.sender, ...compose(template(values, brand), brand) }
      await deps.jobs.enqueue(SendMail, { sealed: deps.keys.seal(JSON.stringify(envelope), sealContext) })
    },
  }
}

export interface KeptMail extends Envelope {
  readonly id: string
  readonly createdAt: string
}

/** The mails of the last day that no mail server took, newest first. */
export async function listMails({ db, clock, keys }: Pick<MailDeps, 'db' | 'clock' | 'keys'>): Promise<KeptMail[]> {
  const rows = await db.transaction((trx) => listKeptMails(trx, keptSince(clock)))
  return rows.map(({ id, sealed, created_at }) => ({
    ...(JSON.parse(keys.open(sealed, sealContext)) as Envelope),
    id,
    createdAt: created_at.toISOString(),
  }))
}

async function deliver(deps: MailDeps, sealed: string): Promise<void> {
  const envelope = JSON.parse(deps.keys.open(sealed, sealContext)) as Envelope
  if (deps.transport === undefined) return keep(deps, envelope, sealed)
  try {
    await deps.transport.send(envelope)
  } catch (error) {
    if (!isRefusedForGood(error)) throw error
    deps.log.warn({ err: error, subject: envelope.subject }, 'the mail server refused a system mail for good')
  }
}

async function keep({ db, clock, ids, log }: MailDeps, { to, subject, text }: Envelope, sealed: string) {
  const now = clock.now()
  await db.transaction(async (trx) => {
    await deleteKeptMails(trx, keptSince({ now: () => now }))
    await keepMail(trx, { id: ids.next(), sealed, created_at: now }, keptAtMost)
  })
  log.info({ to, subject, text }, 'no mail server is set (FANFARE_IDENTITY_MAIL_URL): this mail was not sent')
}

function keptSince(clock: Clock): Date {
  return new Date(clock.now().getTime() - keptMs)
}

import { randomUUID } from 'node:crypto'
import { boot } from '@fanfare/testkit'
import { DeliveryEngine } from '../src/contract.ts'
import { delivery } from '../src/service.ts'
import { buildEmail, buildSender } from './factories.ts'
import { endlessAudience, fakeContent } from './fakes.ts'
import type { CampaignRef } from './stage.ts'

/** What the crash test tells its child. */
export interface CrashOrder {
  readonly ref: CampaignRef
  readonly dataDir: string
  readonly database: Record<string, unknown>
  readonly sinkPort: number
  /** How many people to begin a campaign with; 0 to carry on with what is there. */
  readonly count: number
}
/** What it hears back, four times a second. */
export interface CrashNews {
  readonly pending: number
}

process.once('message', (order: CrashOrder) => void run(order))

async function run({ ref, dataDir, database, sinkPort, count }: CrashOrder): Promise<void> {
  const content = fakeContent()
  const app = await boot([delivery, endlessAudience().service, content.service], {
    environment: { FANFARE_DATA_DIR: dataDir },
    config: {
      // What `boot` prepared for a database of its own does not go with a server's.
      db: 'url' in database ? { ...database, seed: undefined } : database,
      jobs: { pollIntervalSeconds: 0.5, rescueIntervalSeconds: 0.5 },
      delivery: { leaseSeconds: 5 },
    },
  })
  const engine = app.get(DeliveryEngine)
  if (count > 0) {
    const variantId = randomUUID()
    const emailId = randomUUID()
    content.emails.set(emailId, buildEmail())
    const smtp = { host: '127.0.0.1', port: sinkPort, tls: 'none' } as const
    const sender = await app
      .as({ tenantId: ref.tenantId, role: 'owner' })
      .post('/v1/senders', buildSender({ kind: 'smtp', smtp }))
    const variants = [{ variantId, label: 'A', emailId }]
    await engine.prepareDispatch({ ...ref, name: 'Crash', senderId: sender.body.id, variants })
    const recipients = Array.from({ length: count }, () => randomUUID()).map((contactId) => {
      return { contactId, email: `${contactId}@x.example`, variantId }
    })
    await engine.addRecipients({ ...ref, recipients })
    await engine.startDispatch(ref)
  }
  setInterval(async () => {
    const { pending } = await engine.getAccounting(ref)
    process.send?.({ pending } satisfies CrashNews)
  }, 250)
}

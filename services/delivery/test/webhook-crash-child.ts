import { boot } from '@fanfare/testkit'
import { delivery } from '../src/service.ts'
import { fakeAudience, fakeContent } from './fakes.ts'
import { buildWebhook, settle } from './webhook-stage.ts'

/** What the crash test tells its child: whom to tell of how many outcomes. */
export interface WebhookCrashOrder {
  readonly tenantId: string
  readonly dataDir: string
  readonly database: Record<string, unknown>
  readonly url: string
  readonly count: number
}

process.once('message', (order: WebhookCrashOrder) => void run(order))

async function run({ tenantId, dataDir, database, url, count }: WebhookCrashOrder): Promise<void> {
  const app = await boot([delivery, fakeAudience().service, fakeContent().service], {
    environment: { FANFARE_DATA_DIR: dataDir },
    config: {
      db: 'url' in database ? { ...database, seed: undefined } : database,
      delivery: { allowPrivateWebhooks: 'true' },
    },
  })
  await buildWebhook({ app }, url, { tenantId })
  await settle({ app }, tenantId, count)
}

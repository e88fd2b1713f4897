import type { ServiceContext } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import { createRecorder } from './recorder.ts'
import { registerWebhookJobs } from './retention.ts'
import { createSubscribers } from './subscribers.ts'
import { tellWebhooks } from './tell.ts'
import { WebhookWorker } from './worker.ts'

type Needed = Pick<Deps, 'db' | 'events' | 'jobs' | 'live' | 'keys' | 'egress' | 'clock' | 'ids' | 'log' | 'config'> & {
  readonly random: () => number
}

/** Puts the parts of webhooks together: they listen at once, and call when the whole graph is up. */
export function openWebhooks(deps: Needed, context: Pick<ServiceContext, 'metrics' | 'onReady' | 'onDrain'>) {
  const subscribers = createSubscribers(deps)
  const recorder = createRecorder({ ...deps, subscribers, metrics: context.metrics })
  const webhookWorker = new WebhookWorker({ ...deps, recorder })
  tellWebhooks({ ...deps, subscribers, webhookWorker })
  registerWebhookJobs(deps)
  deps.live.topic('webhooks', 'webhooks.read')
  context.onReady(() => webhookWorker.start())
  context.onDrain((signal) => webhookWorker.drain(signal))
  return { subscribers, webhookWorker }
}

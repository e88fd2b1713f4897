import type { DeliveryStory, StoryStep } from './contract.ts'
import { presentDelivery } from './deliveries.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { findDispatch } from './store/dispatches.ts'
import { type History, readHistory } from './store/history.ts'
import { findEntry, type LedgerEntry } from './store/ledger.ts'
import { findMessages } from './store/messages.ts'

type Trx = Parameters<Parameters<Deps['db']['withTenant']>[1]>[0]

/** Everything known of one delivery. Problem: `delivery.delivery_missing`. */
export async function getStory(deps: Pick<Deps, 'db' | 'keys'>, tenantId: string, id: string): Promise<DeliveryStory> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const entry = await findEntry(trx, tenantId, id)
    if (entry === undefined) throw problem('delivery_missing', { detail: { id } })
    return tellStory(deps, trx, entry)
  })
}

export async function tellStory({ keys }: Pick<Deps, 'keys'>, trx: Trx, found: LedgerEntry): Promise<DeliveryStory> {
  const entry = { ...found, queued_at: await findQueuedAt(trx, found) }
  const { tenant_id: tenantId, dispatch_id: dispatchId, state } = entry
  const history = await readHistory(trx, tenantId, entry.id)
  const dispatch = await findDispatch(trx, { tenantId, dispatchId })
  const isPending = state === 'queued' || state === 'deferred'
  const dueAt = state === 'deferred' ? entry.next_at : entry.in_hand ? null : entry.due_at
  return {
    ...presentDelivery({ keys }, entry),
    senderId: entry.sender_id,
    dueAt: isPending ? (dueAt?.toISOString() ?? null) : null,
    trouble: isPending && dispatch?.state === 'running' ? dispatch.trouble : null,
    story: stepsOf(entry, history),
  }
}

/** A message by the API may have joined a batch that is older than it. */
async function findQueuedAt(trx: Trx, { tenant_id, lane, variant_id, queued_at }: LedgerEntry): Promise<Date> {
  if (lane !== 'transactional' || variant_id === null) return queued_at
  const [message] = await findMessages(trx, tenant_id, [variant_id])
  return message?.created_at ?? queued_at
}

const hitKinds = { open: 'opened', click: 'clicked', unsubscribe: 'unsubscribed' } as const

function stepsOf(entry: LedgerEntry, { attempts, resolutions, hits, feedback }: History): StoryStep[] {
  const { state, queued_at, settled_at, reason } = entry
  const step = (at: Date, kind: StoryStep['kind'], text: string, machine: number | null = null): StoryStep => {
    return { at: at.toISOString(), kind, text, machine }
  }
  const lastResolution = resolutions.at(-1)
  const steps = [
    step(queued_at, 'queued', 'Kept for sending'),
    ...attempts.map(({ at, number, reply }) => step(at, 'deferred', `Try ${number}: ${reply ?? 'no answer'}`)),
    ...resolutions.map(({ at, resolution, actor, note, was }) =>
      step(at, 'resolved', [`As ${resolution} by ${actor}`, note, `It was unknown: ${was}`].filter(Boolean).join('. ')),
    ),
    ...hits.map(({ at, kind, url, machine }) => step(at, hitKinds[kind], url ?? '', machine)),
    ...feedback.map(({ at, kind, text }) => step(at, kind, text)),
  ]
  // A resolution that settled it stands in the story already.
  const isResolved = lastResolution !== undefined && settled_at?.getTime() === lastResolution.at.getTime()
  if (settled_at !== null && !isResolved && state !== 'queued' && state !== 'deferred') {
    steps.push(step(settled_at, state, reason ?? ''))
  }
  return steps.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

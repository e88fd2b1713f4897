import assert from 'node:assert/strict'
import type { z } from 'zod'
import type { Message, NewMessage } from '../src/contract.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { buildSender } from './factories.ts'
import type { Sink } from './sink.ts'
import { type Cast, eventually, senderTo } from './stage.ts'

export type Order = z.input<typeof NewMessage>

/** A workspace with a sender, into the sandbox or to a sink. */
export async function openOffice(stage: Cast, sink?: Sink) {
  const tenantId = stage.app.tenant()
  const api = stage.app.as({ tenantId, role: 'owner' })
  const made = await api.post('/v1/senders', buildSender(sink ? senderTo(sink.port) : {}))
  assert.equal(made.status, 201, made.text)
  const senderId: string = made.body.id
  const build = (change: Partial<Order> = {}): Order => ({
    senderId,
    to: [{ email: 'grace@example.org' }],
    content: { kind: 'inline', subject: 'Order {{order}}', html: '<p>Total {{total}}</p>' },
    values: { order: 17, total: '9 €' },
    ...change,
  })
  const send = async (change: Partial<Order> = {}, headers?: Record<string, string>): Promise<string[]> => {
    const reply = await api.post('/v1/messages', build(change), headers)
    assert.equal(reply.status, 202, reply.text)
    return reply.body.messages.map(({ id }: { id: string }) => id)
  }
  const read = async (id: string): Promise<Message> => {
    const reply = await api.get(`/v1/messages/${id}`)
    assert.equal(reply.status, 200, reply.text)
    return reply.body
  }
  const settled = (id: string) =>
    eventually(
      () => read(id),
      ({ settledAt }) => settledAt !== null,
    )
  return { tenantId, api, senderId, build, send, read, settled }
}

/** Whether the counters of a workspace's batches are those of its rows. */
export async function assertExact(stage: Cast, tenantId: string): Promise<void> {
  const db = stage.app.db.as<DeliveryTables>()
  const [rows, batches] = await db.withTenant(tenantId, async (trx) => [
    await trx.selectFrom('delivery.delivery').select(['batch_id', 'state']).execute(),
    await trx.selectFrom('delivery.batch').selectAll().execute(),
  ])
  for (const batch of batches) {
    const own = rows.filter(({ batch_id }) => batch_id === batch.id)
    assert.equal(batch.size, own.length)
    for (const state of ['queued', 'deferred', 'accepted', 'failed', 'suppressed', 'unknown', 'cancelled'] as const) {
      assert.equal(batch[state], own.filter((row) => row.state === state).length, `${state} of batch ${batch.id}`)
    }
  }
}

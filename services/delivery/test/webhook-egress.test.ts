import assert from 'node:assert/strict'
import { test } from 'node:test'
import { egress } from '@fanfare/kernel'
import { openReceiver } from './receiver.ts'
import { eventually, openStage, type Stage } from './stage.ts'
import { buildWebhook, settle, webhookOf } from './webhook-stage.ts'

const types = ['message.accepted']

async function openPublicStage(resolve: (hostname: string) => string): Promise<Stage> {
  const names = egress({ resolve: async (hostname) => [{ address: resolve(hostname), family: 4 }] })
  return openStage({ webhookTimeoutMs: 1_000 }, [names])
}

test('CVE-2025-9821: no webhook can name this machine, its network or the address of a cloud’s secrets', async () => {
  await using stage = await openPublicStage((hostname) =>
    hostname === 'inside.example' ? '10.0.0.7' : '93.184.216.34',
  )
  const api = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  const refused = [
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://10.1.2.3/',
    'http://100.64.0.1/',
    'http://inside.example/',
    'https://hooks.example:5432/',
  ]
  for (const url of refused) {
    const reply = await api.post('/v1/webhooks', { url, types })
    assert.deepEqual([reply.status, reply.body.code], [422, 'delivery.webhook_refused'], url)
    assert.match(reply.body.title, /Give a public http\(s\) address/)
  }
  const made = await api.post('/v1/webhooks', { url: 'https://hooks.example/', types })
  assert.equal(made.status, 201)
  for (const url of refused) {
    const reply = await api.patch(`/v1/webhooks/${made.body.id}`, { url })
    assert.deepEqual([reply.status, reply.body.code], [422, 'delivery.webhook_refused'], url)
  }
  assert.equal((await api.get(`/v1/webhooks/${made.body.id}`)).body.url, 'https://hooks.example/')
})

test('localhost is refused unless the operator allows private webhooks', async () => {
  await using strict = await openStage()
  const owner = strict.app.as({ tenantId: strict.app.tenant(), role: 'owner' })
  const reply = await owner.post('/v1/webhooks', { url: 'http://localhost/', types })
  assert.deepEqual([reply.status, reply.body.code], [422, 'delivery.webhook_refused'])
  await using open = await openStage({ allowPrivateWebhooks: 'true' })
  await using receiver = await openReceiver()
  const url = receiver.url.replace('127.0.0.1', 'localhost')
  const webhook = await buildWebhook(open, url)
  await settle(open, webhook.tenantId)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 1,
  )
})

test('a name that turns to this machine after it was added is not called there', async () => {
  let address = '93.184.216.34'
  await using stage = await openPublicStage(() => address)
  const webhook = await buildWebhook(stage, 'http://rebind.example/')
  address = '127.0.0.1'
  await settle(stage, webhook.tenantId)
  const api = stage.app.as({ tenantId: webhook.tenantId, role: 'owner' })
  const [attempt] = await eventually(
    async () => (await api.get(`/v1/webhooks/${webhook.id}/attempts`)).body.rows,
    (rows) => rows.length > 0,
  )
  assert.deepEqual([attempt.status, attempt.response], [null, null])
  assert.match(attempt.error, /not of the internet/)
  assert.notEqual((await webhookOf(stage, webhook)).failingSince, null)
  const tested = await api.post(`/v1/webhooks/${webhook.id}/test`)
  assert.deepEqual([tested.body.delivered, tested.body.status], [false, null])
})

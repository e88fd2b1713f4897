import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineService, Events, token } from '@fanfare/kernel'
import { DispatchHalted } from '../src/contract.ts'
import { fillBuckets, listHolds, takeTokens } from '../src/store/rates.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { openSink } from './sink.ts'
import { buildCampaign, eventually, openStage, senderTo, sendOut } from './stage.ts'

describe('the pace of a sender', () => {
  it('is the same however often the buckets are asked, and what is not used can be put back', async () => {
    await using stage = await openStage()
    const tenantId = stage.app.tenant()
    const db = stage.app.db.as<DeliveryTables>()
    const bucket = { key: 'a', perSecond: 0, capacity: 10 }
    const left = () =>
      db.withTenant(tenantId, async (trx) => (await fillBuckets(trx, tenantId, [bucket])).get(bucket.key))
    const take = (tokens: number) => db.withTenant(tenantId, (trx) => takeTokens(trx, tenantId, [bucket], tokens))
    assert.equal(await left(), 10)
    await take(7)
    assert.equal(await left(), 3)
    await take(-2)
    assert.equal(await left(), 5)
    await take(-100)
    assert.equal(await left(), 10)
  })

  it('is kept by all senders of a workspace together', async () => {
    await using sink = await openSink()
    await using stage = await openStage({ tenantMessagesPerSecond: 50 })
    const tenantId = stage.app.tenant()
    const startedMs = performance.now()
    const campaigns = [
      await buildCampaign(stage, { tenantId, count: 100, sender: senderTo(sink.port) }),
      await buildCampaign(stage, { tenantId, count: 100, sender: senderTo(sink.port) }),
    ]
    await Promise.all(campaigns.map((campaign) => sendOut(stage, campaign)))
    assert.equal(sink.messages.length, 200)
    // One second's worth may leave at once, the other 150 take three seconds.
    assert.ok(performance.now() - startedMs > 2_950)
  })

  it('holds back one destination and not the others', async () => {
    await using sink = await openSink()
    await using stage = await openStage()
    const recipients = Array.from({ length: 40 }, (_, at) => ({
      email: `p${at}@${at % 2 ? 'gmail.com' : 'example.org'}`,
    }))
    const pacing = { destinations: { google: 2 } }
    const campaign = await buildCampaign(stage, { recipients, sender: senderTo(sink.port, { pacing }) })
    await stage.engine.startDispatch(campaign)
    const to = (domain: string) => sink.messages.filter(({ recipient }) => recipient.includes(domain)).length
    await eventually(
      () => to('example.org'),
      (count) => count === 20,
      2_000,
    )
    assert.ok(to('gmail.com') <= 6, `${to('gmail.com')} left`)
  })

  it('lets a warm-up day send no more than its allowance and says so', async () => {
    await using sink = await openSink()
    await using stage = await openStage()
    const warmUp = { startedOn: new Date().toISOString().slice(0, 10), firstDay: 7 }
    const campaign = await buildCampaign(stage, { count: 20, sender: senderTo(sink.port, { pacing: { warmUp } }) })
    await stage.engine.startDispatch(campaign)
    const api = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
    const standing = () => api.get(`/v1/campaigns/${campaign.campaignId}/accounting`)
    const { body } = await eventually(standing, ({ body }) => body.trouble !== null)
    assert.match(body.trouble, /warm-up/)
    await sleep(600)
    assert.equal(sink.messages.length, 7)

    const [sender] = (await api.get('/v1/senders')).body.rows
    const freed = await api.put(`/v1/senders/${sender.id}`, { ...sender, pacing: { ...sender.pacing, warmUp: null } })
    assert.equal(freed.status, 200, freed.text)
    await eventually(
      () => sink.messages.length,
      (count) => count === 20,
    )
  })

  it('collapses with one message when a provider says it defers us, spares the others, and recovers', async () => {
    const text = '421 4.7.0 Messages from 192.0.2.1 temporarily deferred due to user complaints'
    let isDeferring = true
    let refused = 0
    await using sink = await openSink((stage, { recipient }) => {
      if (!isDeferring || stage !== 'rcpt' || !recipient.includes('gmail')) return undefined
      refused++
      return text.replace('421', '451')
    })
    await using stage = await openStage({ slowedEveryMs: 400, connections: 1 })
    const recipients = Array.from({ length: 40 }, (_, at) => ({
      email: `p${at}@${at % 2 ? 'gmail.com' : 'example.org'}`,
    }))
    const campaign = await buildCampaign(stage, { recipients, sender: senderTo(sink.port) })
    const { tenantId } = campaign
    await stage.engine.startDispatch(campaign)
    await eventually(
      () => sink.messages.length,
      (count) => count === 20,
    )
    await sleep(300)
    assert.ok(refused <= 3, `${refused} were offered to a server that had asked for less`)

    const db = stage.app.db.as<DeliveryTables>()
    const [hold] = await db.withTenant(tenantId, (trx) => listHolds(trx, tenantId))
    assert.deepEqual([hold?.destination, hold?.kind], ['google', 'slowed'])
    assert.match(hold?.reason ?? '', /user complaints/)

    const api = stage.app.as({ tenantId, role: 'owner' })
    const view = (await api.get('/v1/delivery/engine')).body
    assert.deepEqual([view.holds[0].destination, view.holds[0].reason], ['google', hold?.reason])
    assert.deepEqual(
      view.backlog.map((row: { destination: string; deferred: number; queued: number }) => [
        row.destination,
        row.deferred + row.queued,
      ]),
      [['google', 20]],
    )
    const left = view.traffic.filter((point: { destination: string }) => point.destination === 'other')
    assert.equal(
      left.reduce((sum: number, { accepted }: { accepted: number }) => sum + accepted, 0),
      20,
    )

    isDeferring = false
    const lifted = await api.delete(`/v1/senders/${hold?.sender_id}/holds/google`)
    assert.equal(lifted.status, 204, lifted.text)
    const again = await api.delete(`/v1/senders/${hold?.sender_id}/holds/google`)
    assert.equal(again.status, 404)
    await eventually(
      () => stage.engine.getAccounting(campaign),
      ({ sent }) => sent === 40,
    )
  })

  it('pauses a campaign whose addresses do not exist, once, and says so', async () => {
    await using sink = await openSink((stage, { recipient }) => {
      return stage === 'rcpt' && recipient.startsWith('gone') ? '550 5.1.1 No such user' : undefined
    })
    const halts: string[] = []
    const listener = defineService({
      provides: token<object>()('test-listener'),
      needs: { events: Events },
      start({ events }) {
        events.on(DispatchHalted, 'test.halts', async ({ data }) => void halts.push(data.reason))
        return {}
      },
    })
    await using stage = await openStage({ batchSize: 50, batchesPerSender: 1 }, [listener])
    const recipients = Array.from({ length: 400 }, (_, at) => ({
      email: `${at % 4 ? 'here' : 'gone'}${at}@example.org`,
    }))
    const sender = senderTo(sink.port, { messagesPerSecond: 120 })
    const campaign = await buildCampaign(stage, { recipients, sender })
    await stage.engine.startDispatch(campaign)
    const api = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
    const standing = () => api.get(`/v1/campaigns/${campaign.campaignId}/accounting`)
    const { body } = await eventually(standing, ({ body }) => body.halted !== null)
    assert.match(body.halted, /addresses that do not exist/)
    assert.ok(body.pending > 0)
    await stage.app.drain()
    assert.deepEqual(halts, [body.halted])

    await stage.engine.resumeDispatch(campaign)
    await eventually(
      () => stage.engine.getAccounting(campaign),
      ({ pending }) => pending === 0,
    )
    assert.equal(halts.length, 1)
  })

  it('waits for the sending hours', async () => {
    await using sink = await openSink()
    await using stage = await openStage()
    const now = Temporal.Now.zonedDateTimeISO('UTC')
    const at = (minutes: number) => now.add({ minutes }).toPlainTime().toString({ smallestUnit: 'minute' })
    const window = { timeZone: 'UTC', days: [1, 2, 3, 4, 5, 6, 7], from: at(60), to: at(120) }
    const campaign = await buildCampaign(stage, { count: 5, sender: senderTo(sink.port, { pacing: { window } }) })
    await stage.engine.startDispatch(campaign)
    const api = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
    const standing = () => api.get(`/v1/campaigns/${campaign.campaignId}/accounting`)
    const { body } = await eventually(standing, ({ body }) => body.trouble !== null)
    assert.match(body.trouble, /sending hours/)
    assert.equal(sink.messages.length, 0)
  })
})

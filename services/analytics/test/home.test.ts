import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createTestClock } from '@fanfare/testkit'
import { bootAnalytics, buildCampaign, buildHit, buildSettled, publish } from './factories.ts'

test('home shows the last 24 hours, what runs, what ended, and nothing of another workspace', async () => {
  const clock = createTestClock()
  clock.set('2026-05-02T10:30:00Z')
  await using world = await bootAnalytics({ clock })
  const tenantId = world.app.tenant()
  const contactId = world.audience.addContact(tenantId)
  const running = buildCampaign(world, tenantId)
  const done = buildCampaign(world, tenantId, { state: 'done' })
  const at = (time: string) => ({ at: `2026-05-${time}:00Z` })
  await publish(world, tenantId, {
    settled: [
      {
        campaignId: running.id,
        deliveries: [
          buildSettled(running, contactId, at('02T10:00')),
          buildSettled(running, randomUUID(), at('01T11:00')),
          buildSettled(running, randomUUID(), at('01T10:59')),
        ],
      },
    ],
    engaged: [
      [
        buildHit(running, contactId, at('02T10:01')),
        buildHit(running, contactId, { ...at('02T10:02'), kind: 'click', url: 'https://example.com/' }),
      ],
    ],
  })

  const { status, body: home } = await world.app.as({ tenantId, role: 'viewer' }).get('/v1/home')

  assert.equal(status, 200)
  assert.deepEqual([home.contacts, home.reachable, home.suppressed], [1, 1, 0])
  assert.deepEqual(
    [home.last24Hours.sent, home.last24Hours.opened, home.last24Hours.clicked, home.last24Hours.machineOpened],
    [2, 1, 1, 0],
  )
  assert.deepEqual(
    [home.running.map(({ id }: { id: string }) => id), home.recent.map(({ id }: { id: string }) => id)],
    [[running.id], [done.id]],
  )
  assert.equal(home.hours.length, 24)
  assert.deepEqual(home.hours[0], { at: '2026-05-01T11:00:00.000Z', sent: 1, opens: 0, clicks: 0 })
  assert.deepEqual(home.hours[23], { at: '2026-05-02T10:00:00.000Z', sent: 1, opens: 1, clicks: 1 })

  const other = await world.app.as({ tenantId: world.app.tenant(), role: 'viewer' }).get('/v1/home')
  assert.deepEqual([other.body.last24Hours.sent, other.body.running, other.body.contacts], [0, [], 0])
  assert.equal((await world.app.anonymous.get('/v1/home')).status, 401)
})

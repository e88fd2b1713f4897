import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Analytics } from '@fanfare/analytics/contract'
import type { Campaign } from '@fanfare/campaigns/contract'
import { Events } from '@fanfare/kernel'
import fc from 'fast-check'
import { sql } from 'kysely'
import {
  bootAnalytics,
  buildCampaign,
  buildHit,
  buildSettled,
  type Hit,
  publish,
  type SettledRow,
  type World,
} from './factories.ts'

let world: World
before(async () => {
  world = await bootAnalytics()
})
after(() => world.app.stop())

const readReport = async (tenantId: string, campaignId: string) =>
  (await world.app.as({ tenantId, role: 'viewer' }).get(`/v1/campaigns/${campaignId}/report`)).body

test('a report without a single fact shows zeros', async () => {
  const tenantId = world.app.tenant()
  const campaign = buildCampaign(world, tenantId, { accounting: null })
  const report = await readReport(tenantId, campaign.id)
  const none = { sent: 0, opened: 0, clicked: 0, unsubscribed: 0, machineOpened: 0, machineClicked: 0 }
  assert.deepEqual(report.total, none)
  assert.deepEqual(
    report.variants.map(({ label, sent }: { label: string; sent: number }) => [label, sent]),
    [
      ['A', 0],
      ['B', 0],
    ],
  )
  assert.deepEqual([report.series, report.links, report.bucketSeconds], [[], [], 60])
  assert.equal(report.accounting.audience, 0)
})

test('people count once however often they act, and machines count apart', async () => {
  const tenantId = world.app.tenant()
  const campaign = buildCampaign(world, tenantId)
  const [ada, bob] = [randomUUID(), randomUUID()]
  const url = 'https://example.com/a'
  await publish(world, tenantId, {
    settled: [{ campaignId: campaign.id, deliveries: [buildSettled(campaign, ada), buildSettled(campaign, bob)] }],
    engaged: [
      [buildHit(campaign, ada), buildHit(campaign, ada), buildHit(campaign, bob, { machine: 0.9 })],
      [
        buildHit(campaign, ada, { kind: 'click', url }),
        buildHit(campaign, ada, { kind: 'click', url }),
        buildHit(campaign, bob, { kind: 'click', url, machine: 0.5 }),
        buildHit(campaign, bob, { kind: 'unsubscribe', machine: 0.9 }),
      ],
    ],
  })
  const report = await readReport(tenantId, campaign.id)
  assert.deepEqual(report.total, {
    sent: 2,
    opened: 1,
    clicked: 1,
    unsubscribed: 1,
    machineOpened: 1,
    machineClicked: 1,
  })
  assert.deepEqual(report.links, [{ url, clicks: 2, people: 1 }])
  assert.deepEqual(
    report.funnel.map(({ step, count }: { step: string; count: number }) => [step, count]),
    [
      ['audience', 10],
      ['sent', 2],
      ['opened', 1],
      ['clicked', 1],
    ],
  )
  const told = world.audience.recorded.filter((fact) => fact.tenantId === tenantId)
  assert.deepEqual(told.map(({ contactId, action }) => [contactId === ada ? 'ada' : 'bob', action]).toSorted(), [
    ['ada', 'clicked'],
    ['ada', 'clicked'],
    ['ada', 'opened'],
    ['ada', 'opened'],
    ['ada', 'sent'],
    ['bob', 'sent'],
  ])
})

const people: string[] = Array.from({ length: 6 }, () => randomUUID())
const start = Date.parse('2026-05-01T10:00:00.000Z')
const arbitraryTime = fc.integer({ min: 0, max: 50 * 60_000 }).map((ms) => new Date(start + ms).toISOString())
const arbitraryPerson = fc.constantFrom(...people)
const arbitrarySettled = fc.record({
  contactId: arbitraryPerson,
  state: fc.constantFrom('accepted', 'accepted', 'failed', 'suppressed', 'unknown', 'cancelled'),
  at: arbitraryTime,
})
const arbitraryHit = fc.record({
  contactId: arbitraryPerson,
  kind: fc.constantFrom('open', 'click', 'unsubscribe'),
  machine: fc.constantFrom(0, 0.49, 0.5, 1),
  /** What it is judged to be once more is known; told before the hit itself, after it, or never. */
  rejudged: fc.constantFrom(undefined, undefined, 0.49, 0.9, 1),
  isEarly: fc.boolean(),
  url: fc.constantFrom('https://example.com/a', 'https://example.com/b', `https://example.com/${'x'.repeat(5_000)}`),
  at: arbitraryTime,
})

/** Everyone keeps one variant, as an assignment by id would have it. */
function variantOf(campaign: Campaign, contactId: string): string | null {
  return campaign.variants[people.indexOf(contactId) % 2]?.id ?? null
}

function recount(settled: readonly SettledRow[], hits: readonly Hit[]) {
  const countPeople = (of: readonly { contactId: string | null }[]) =>
    new Set(of.map(({ contactId }) => contactId)).size
  const human = hits.filter(({ machine }) => machine < 0.5)
  const machine = hits.filter((hit) => hit.machine >= 0.5)
  const of = (kind: Hit['kind'], among: readonly Hit[]) => among.filter((hit) => hit.kind === kind)
  return {
    sent: countPeople(settled.filter(({ state }) => state === 'accepted')),
    opened: countPeople(of('open', human)),
    clicked: countPeople(of('click', human)),
    unsubscribed: countPeople(of('unsubscribe', hits)),
    machineOpened: countPeople(of('open', machine)),
    machineClicked: countPeople(of('click', machine)),
  }
}

function recountLinks(hits: readonly Hit[]) {
  const clicks = hits.filter(({ kind, machine }) => kind === 'click' && machine < 0.5)
  return Map.groupBy(clicks, ({ url }) => url)
    .entries()
    .map(([url, of]) => ({ url, clicks: of.length, people: new Set(of.map(({ contactId }) => contactId)).size }))
    .toArray()
    .toSorted((a, b) => b.clicks - a.clicks || String(a.url).localeCompare(String(b.url)))
}

test('whatever happens, in sets of any size and told more than once, the figures equal a naive recount', async () => {
  const arbitraryFacts = fc.record({
    settled: fc.uniqueArray(arbitrarySettled, { maxLength: 12, selector: ({ contactId }) => contactId }),
    hits: fc.array(arbitraryHit, { maxLength: 30 }),
    setSize: fc.integer({ min: 1, max: 12 }),
  })
  await fc.assert(
    fc.asyncProperty(arbitraryFacts, async ({ settled, hits, setSize }) => {
      const tenantId = world.app.tenant()
      const campaign = buildCampaign(world, tenantId)
      const of = (contactId: string) => ({ variantId: variantOf(campaign, contactId) })
      const rows = settled.map((row) =>
        buildSettled(campaign, row.contactId, { ...row, ...of(row.contactId) } as SettledRow),
      )
      const told = hits.map(({ rejudged, isEarly, ...hit }) => {
        const first = buildHit(campaign, hit.contactId, { ...hit, ...of(hit.contactId) } as Hit)
        return { first, isEarly, last: { ...first, machine: Math.max(first.machine, rejudged ?? 0) } }
      })
      const changed = told.filter(({ first, last }) => last.machine > first.machine)
      const corrections = (isEarly: boolean) =>
        setsOf(
          changed.filter((one) => one.isEarly === isEarly).map(({ last }) => last),
          setSize,
        )
      const facts = {
        settled: setsOf(rows, setSize).map((deliveries) => ({ campaignId: campaign.id, deliveries })),
        engaged: setsOf(
          told.map(({ first }) => first),
          setSize,
        ),
        rejudged: corrections(false),
      }
      await publish(world, tenantId, { rejudged: corrections(true) })
      await publish(world, tenantId, { settled: facts.settled, engaged: facts.engaged })
      await publish(world, tenantId, { rejudged: facts.rejudged })
      await publish(world, tenantId, { engaged: facts.engaged.slice(0, 2), rejudged: facts.rejudged.slice(0, 2) })
      await redeliver(tenantId)
      const all = told.map(({ last }) => last)

      const report = await readReport(tenantId, campaign.id)

      assert.deepEqual(report.total, recount(rows, all))
      for (const variant of report.variants) {
        const mine = <T extends { variantId: string | null }>(them: T[]) =>
          them.filter(({ variantId }) => variantId === variant.variantId)
        const { label: _label, share: _share, variantId: _id, ...figures } = variant
        assert.deepEqual(figures, recount(mine(rows), mine(all)))
      }
      assert.deepEqual(report.links, recountLinks(all))
      const sum = (field: string) =>
        report.series.reduce((total: number, point: Record<string, number>) => total + (point[field] ?? 0), 0)
      const human = (kind: Hit['kind']) =>
        all.filter((hit) => hit.kind === kind && (hit.machine < 0.5 || kind === 'unsubscribe'))
      assert.deepEqual(
        [sum('sent'), sum('opens'), sum('clicks'), sum('unsubscribes')],
        [report.total.sent, human('open').length, human('click').length, human('unsubscribe').length],
      )
    }),
    { numRuns: 12 },
  )
})

/** Has every handler be told everything once more. */
async function redeliver(tenantId: string): Promise<void> {
  await world.app.db.withTenant(tenantId, (trx) =>
    sql`update kernel_events.inbox set state = 'waiting', attempts = 0, finished_at = null`.execute(trx),
  )
  await world.app.drain()
}

function setsOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
}

test('what turns out to be a machine’s moves from people to machines, and what they did besides stays', async () => {
  const tenantId = world.app.tenant()
  const campaign = buildCampaign(world, tenantId)
  const [ada, bob] = [randomUUID(), randomUUID()]
  const url = 'https://example.com/a'
  const [scan, click, open] = [
    buildHit(campaign, ada, { kind: 'click', url }),
    buildHit(campaign, ada, { kind: 'click', url }),
    buildHit(campaign, bob),
  ]
  await publish(world, tenantId, { engaged: [[scan, click, open]] })
  const machines = [scan, open].map((hit) => ({ ...hit, machine: 1 }))
  await publish(world, tenantId, { rejudged: [machines] })
  const one = await readReport(tenantId, campaign.id)
  assert.deepEqual(
    [one.total.opened, one.total.clicked, one.total.machineOpened, one.total.machineClicked],
    [0, 1, 1, 1],
  )
  assert.deepEqual(one.links, [{ url, clicks: 1, people: 1 }])
  await publish(world, tenantId, { rejudged: [[{ ...click, machine: 0.9 }], machines] })
  const both = await readReport(tenantId, campaign.id)
  assert.deepEqual([both.total.clicked, both.total.machineClicked, both.links], [0, 1, []])
  await publish(world, tenantId, { engaged: [[buildHit(campaign, bob)]] })
  assert.equal((await readReport(tenantId, campaign.id)).total.opened, 1)
})

test('sets that are counted at the same time count each person once', async () => {
  const tenantId = world.app.tenant()
  const campaign = buildCampaign(world, tenantId)
  const everyone = Array.from({ length: 40 }, () => randomUUID())
  const engaged = Array.from({ length: 10 }, (_, round) =>
    (round % 2 ? everyone : everyone.toReversed()).map((contactId) => buildHit(campaign, contactId)),
  )
  await publish(world, tenantId, { engaged })
  const report = await readReport(tenantId, campaign.id)
  assert.equal(report.total.opened, 40)
  assert.equal(
    report.series.reduce((sum: number, { opens }: { opens: number }) => sum + opens, 0),
    400,
  )
})

test('the chart has one point for each bucket in which something happened, oldest first', async () => {
  const tenantId = world.app.tenant()
  const campaign = buildCampaign(world, tenantId)
  const at = ['2026-05-03T00:00:10Z', '2026-05-01T10:05:00Z', '2026-05-01T10:59:59Z', '2026-05-01T11:00:00Z']
  await publish(world, tenantId, { engaged: [at.map((time) => buildHit(campaign, randomUUID(), { at: time }))] })
  const report = await readReport(tenantId, campaign.id)
  assert.equal(report.bucketSeconds, 3_600)
  assert.deepEqual(
    report.series.map(({ at: time, opens }: { at: string; opens: number }) => [time, opens]),
    [
      ['2026-05-01T10:00:00.000Z', 2],
      ['2026-05-01T11:00:00.000Z', 1],
      ['2026-05-03T00:00:00.000Z', 1],
    ],
  )
})

test("an unknown campaign and another workspace's are missing in the same way", async () => {
  const tenantId = world.app.tenant()
  const campaign = buildCampaign(world, tenantId)
  const api = world.app.as({ tenantId: world.app.tenant(), role: 'owner' })
  for (const campaignId of [campaign.id, randomUUID()]) {
    const reply = await api.get(`/v1/campaigns/${campaignId}/report`)
    assert.deepEqual([reply.status, reply.body.code], [404, 'campaigns.campaign_missing'])
  }
  assert.equal((await api.get('/v1/campaigns/not-an-id/report')).status, 400)
  assert.equal((await world.app.anonymous.get(`/v1/campaigns/${campaign.id}/report`)).status, 401)
})

test("figures of one workspace do not show in another's, even of a campaign with the same id", async () => {
  const [mine, theirs] = [world.app.tenant(), world.app.tenant()]
  const campaign = buildCampaign(world, mine)
  world.campaigns.add(theirs, campaign)
  const hit = buildHit(campaign, randomUUID())
  await publish(world, mine, { engaged: [[hit]] })
  assert.equal((await readReport(mine, campaign.id)).total.opened, 1)
  assert.equal((await readReport(theirs, campaign.id)).total.opened, 0)
  await publish(world, theirs, { engaged: [[hit]] })
  assert.equal((await readReport(theirs, campaign.id)).total.opened, 1)
})

test('the contract gives the same report as the route', async () => {
  const tenantId = world.app.tenant()
  const campaign = buildCampaign(world, tenantId)
  const report = await world.app.get(Analytics).getReport({ tenantId, campaignId: campaign.id })
  assert.deepEqual({ ...(await readReport(tenantId, campaign.id)), asOf: '' }, { ...report, asOf: '' })
})

test('telling every event once more changes no figure', async () => {
  const tenantId = world.app.tenant()
  const campaign = buildCampaign(world, tenantId)
  const contactId = randomUUID()
  await publish(world, tenantId, {
    settled: [{ campaignId: campaign.id, deliveries: [buildSettled(campaign, contactId)] }],
    engaged: [[buildHit(campaign, contactId, { kind: 'click', url: 'https://example.com/' })]],
  })
  const before = await readReport(tenantId, campaign.id)
  assert.deepEqual([before.total.sent, before.total.clicked], [1, 1])

  const again = { since: new Date(0) }
  assert.ok((await world.app.get(Events).replay('analytics.count-settled', again)) > 0)
  assert.ok((await world.app.get(Events).replay('analytics.count-engaged', again)) > 0)
  await world.app.drain()

  assert.deepEqual({ ...(await readReport(tenantId, campaign.id)), asOf: '' }, { ...before, asOf: '' })
})

test('pages that watch hear the new figures, four times a second at most', async () => {
  const tenantId = world.app.tenant()
  const campaign = buildCampaign(world, tenantId)
  await using watcher = await world.app.watch(tenantId, [`report/${campaign.id}`, 'home'])
  const began = performance.now()
  for (let set = 0; set < 20; set += 1) {
    await publish(world, tenantId, { engaged: [[buildHit(campaign, randomUUID())]] })
  }
  const heard = { report: 0, home: 0, opened: 0 }
  while (heard.opened < 20 || heard.home === 0) {
    const { topic, message } = await watcher.next()
    if (topic === 'home') heard.home += 1
    else {
      heard.report += 1
      heard.opened = (message.total as { opened: number }).opened
    }
  }
  const most = Math.floor((performance.now() - began) / 250) + 1
  assert.ok(heard.report <= most, `${heard.report} messages where ${most} are the most`)
  assert.ok(heard.home <= most, `${heard.home} messages where ${most} are the most`)
})

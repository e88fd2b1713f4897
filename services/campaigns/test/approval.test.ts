import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { bootCampaigns, brief, buildApproved, buildCampaign, type World } from './factories.ts'

let world: World
before(async () => {
  world = await bootCampaigns()
})
after(() => world.app.stop())

// biome-ignore lint/suspicious/noExplicitAny: the reply of a test client
function statesOf(readiness: any): Record<string, string> {
  return Object.fromEntries(readiness.checks.map(({ name, state }: Record<string, string>) => [name, state]))
}

test('a complete draft is ready, and an empty one says what it needs', async () => {
  const { api, path } = await buildCampaign(world, { contacts: 7 })
  const ready = (await api.get(`${path}/readiness`)).body
  assert.deepEqual([ready.ready, ready.audienceCount], [true, 7])
  assert.deepEqual(new Set(Object.values(statesOf(ready))), new Set(['pass']))

  const { body: empty } = await api.post('/v1/campaigns', { name: 'Empty' })
  const unready = (await api.get(`/v1/campaigns/${empty.id}/readiness`)).body
  assert.deepEqual([unready.ready, unready.audienceCount], [false, null])
  const states = statesOf(unready)
  assert.deepEqual([states.sender, states.audience, states.variants], ['fail', 'fail', 'fail'])
})

test('faults of the emails, shares, address and audience stand in the way', async () => {
  const cases: [string, Parameters<typeof buildCampaign>[1]][] = [
    ['content', { bodies: ['unknown field'] }],
    ['unsubscribe', { bodies: ['no unsubscribe'] }],
    ['audience', { contacts: 0 }],
    ['postal_address', { sender: { postalAddress: '', kind: 'smtp' } }],
  ]
  for (const [check, wanted] of cases) {
    const { api, path } = await buildCampaign(world, wanted)
    const { body: readiness } = await api.get(`${path}/readiness`)
    assert.deepEqual([readiness.ready, statesOf(readiness)[check]], [false, 'fail'], check)
    const refused = await api.post(`${path}/approve`, { fingerprint: readiness.fingerprint })
    assert.equal(refused.status, 422)
    assert.equal(refused.body.code, 'campaigns.not_ready')
    assert.deepEqual(
      refused.body.violations.map(({ path: where }: { path: string }) => where),
      [`/${check}`],
    )
  }
})

test('shares that do not add up to 100 are a fault, a share of nothing is a warning', async () => {
  const { api, path, emailIds } = await buildCampaign(world)
  const withShares = async (...shares: number[]) => {
    await api.patch(path, {
      variants: emailIds.map((emailId, index) => ({ label: 'V', emailId, share: shares[index] })),
    })
    return statesOf((await api.get(`${path}/readiness`)).body).shares
  }
  assert.equal(await withShares(50, 49), 'fail')
  assert.equal(await withShares(0, 100), 'warn')
  assert.equal(await withShares(1, 99), 'pass')
})

test('an email that was deleted is a fault of the variants', async () => {
  const { api, path, tenantId, emailIds } = await buildCampaign(world)
  world.content.removeEmail(tenantId, emailIds[0] as string)
  const { body: readiness } = await api.get(`${path}/readiness`)
  assert.equal(statesOf(readiness).variants, 'fail')
})

test('an approval names who gave it, and a key gives it for nobody', async () => {
  const { api, path, tenantId } = await buildCampaign(world)
  const userId = randomUUID()
  const person = world.app.as({ tenantId, role: 'admin', userId })
  const { fingerprint } = (await api.get(`${path}/readiness`)).body
  const approved = await person.post(`${path}/approve`, { fingerprint })
  assert.equal(approved.status, 200)
  assert.deepEqual([approved.body.state, approved.body.approvedBy], ['approved', userId])
  assert.equal(approved.body.fingerprint, fingerprint)
  assert.equal((await api.post(`${path}/approve`, { fingerprint })).body.approvedBy, null)
})

test('what changed since the person looked is not approved', async () => {
  const { api, path, tenantId, emailIds } = await buildCampaign(world)
  const { fingerprint } = (await api.get(`${path}/readiness`)).body
  world.content.saveEmail(tenantId, emailIds[0] as string)
  const refused = await api.post(`${path}/approve`, { fingerprint })
  assert.equal(refused.status, 409)
  assert.equal(refused.body.code, 'campaigns.changed_since')
  assert.equal((await api.get(path)).body.state, 'draft')
})

test('an email that is edited after the approval is not sent before it is approved again', async () => {
  const { api, path, tenantId, emailIds } = await buildApproved(world)
  world.content.saveEmail(tenantId, emailIds[0] as string)
  const refused = await api.post(`${path}/send`)
  assert.deepEqual([refused.status, refused.body.code], [409, 'campaigns.changed_since'])
  const { fingerprint } = (await api.get(`${path}/readiness`)).body
  assert.equal((await api.post(`${path}/approve`, { fingerprint })).status, 200)
  assert.equal((await api.post(`${path}/send`)).status, 200)
})

test('of an approval and a change at once, the change is never approved unseen', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { api, path } = await buildCampaign(world)
    const seen = (await api.get(`${path}/readiness`)).body
    await Promise.all([
      api.post(`${path}/approve`, { fingerprint: seen.fingerprint }),
      api.patch(path, { holdoutPercent: 30 }),
    ])
    const after = (await api.get(path)).body
    if (after.state === 'approved') assert.equal(after.holdoutPercent, 0)
    else assert.deepEqual([after.state, after.approvedAt], ['draft', null])
  }
})

test("the crew's run is kept on the campaign, and its accepted draft becomes emails and shares", async () => {
  const { api, path, tenantId } = await buildApproved(world)
  const run = await api.post(`${path}/draft`, { brief })
  assert.equal(run.status, 201)
  const drafted = (await api.get(path)).body
  assert.deepEqual([drafted.state, drafted.crewRunId], ['draft', run.body.id])
  assert.equal(drafted.brief.goal, brief.goal)

  const accepted = await api.post(`${path}/accept-draft`, {
    runId: run.body.id,
    variants: ['A', 'B', 'C'].map((label) => ({
      label,
      subject: `Subject ${label}`,
      body: '<mjml></mjml>',
      share: 10,
    })),
  })

  assert.equal(accepted.status, 200)
  const { variants } = accepted.body
  assert.deepEqual(
    variants.map(({ label, share }: Record<string, unknown>) => [label, share]),
    [
      ['A', 34],
      ['B', 33],
      ['C', 33],
    ],
  )
  const email = world.content.getEmail(tenantId, variants[1].emailId)
  assert.deepEqual([email.name, email.subject], ['Spring · B', 'Subject B'])
  assert.equal((await api.get(`${path}/readiness`)).body.fingerprint, accepted.body.fingerprint)
})

test('a draft of no run, of no variant and by a viewer is refused', async () => {
  const { api, path, tenantId } = await buildCampaign(world)
  const variants = [{ label: 'A', subject: 'S', body: 'B' }]
  assert.equal((await api.post(`${path}/accept-draft`, { runId: randomUUID(), variants })).status, 404)
  assert.equal((await api.post(`${path}/accept-draft`, { runId: randomUUID(), variants: [] })).status, 400)
  const viewer = world.app.as({ tenantId, role: 'viewer' })
  assert.equal((await viewer.post(`${path}/draft`, { brief })).status, 403)
  assert.equal((await viewer.post(`${path}/accept-draft`, { runId: randomUUID(), variants })).status, 403)
})

test('a test goes to one address; an unknown variant and a missing sender are refused', async () => {
  const { api, path, emailIds } = await buildCampaign(world)
  const { variants } = (await api.get(path)).body
  const sent = await api.post(`${path}/test-send`, { to: 'me@example.com', variantId: variants[1].id })
  assert.deepEqual([sent.status, sent.body], [200, { accepted: true, reply: '250 OK' }])
  assert.deepEqual(world.delivery.tests.at(-1), { to: 'me@example.com', emailId: emailIds[1] })
  const unknown = await api.post(`${path}/test-send`, { to: 'me@example.com', variantId: randomUUID() })
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'campaigns.variant_missing'])
  await api.patch(path, { senderId: null })
  const unset = await api.post(`${path}/test-send`, { to: 'me@example.com', variantId: variants[1].id })
  assert.deepEqual([unset.status, unset.body.code], [422, 'campaigns.sender_unset'])
})

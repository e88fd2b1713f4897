import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { audience } from '@fanfare/audience'
import { content } from '@fanfare/content'
import { Content } from '@fanfare/content/contract'
import { defineService, Events, token } from '@fanfare/kernel'
import { boot, corpus, type TestApp } from '@fanfare/testkit'
import { type CrewRun, CrewRunFinished, type DraftVariant } from '../src/contract.ts'
import { ai } from '../src/service.ts'
import { buildBrand, buildBrief } from './factories.ts'

let app: TestApp
const finished: { tenantId: string; runId: string; state: string }[] = []
const listener = defineService({
  provides: token<object>()('test_listener'),
  needs: { events: Events },
  start({ events }) {
    events.on(CrewRunFinished, 'test.watch-runs', async ({ tenantId, data }) => {
      finished.push({ tenantId, ...data })
    })
    return {}
  },
})
before(async () => {
  app = await boot([audience, content, ai, listener], { config: { ai: { provider: 'offline' } } })
})
after(() => app.stop())

const owner = (tenantId = app.tenant()) => app.as({ tenantId, role: 'owner' })

async function startRun(tenantId: string, brief = buildBrief()): Promise<CrewRun> {
  const started = await owner(tenantId).post('/v1/crew-runs', { brief })
  assert.equal(started.status, 201, started.text)
  return started.body
}

async function runToEnd(tenantId: string, brief = buildBrief()): Promise<CrewRun> {
  const { id } = await startRun(tenantId, brief)
  await app.drain()
  return (await owner(tenantId).get(`/v1/crew-runs/${id}`)).body
}

async function findErrors(tenantId: string, { subject, preheader, body }: DraftVariant) {
  const findings = await app.get(Content).checkEmail({ tenantId, draft: { name: 'Draft', subject, preheader, body } })
  return findings.filter((finding) => finding.level === 'error')
}

describe('a crew run', () => {
  test('goes from a brief to drafts that wait for a person', async () => {
    const tenantId = app.tenant()
    await owner(tenantId).put('/v1/brand', buildBrand())
    const run = await runToEnd(tenantId)
    assert.equal(run.state, 'done')
    assert.deepEqual(
      run.steps.map(({ step, state, by }) => [step, state, by]),
      ['strategist', 'copywriter', 'critic', 'compliance'].map((step) => [step, 'done', 'offline']),
    )
    assert.ok(run.steps.every(({ text }) => text !== ''))
    assert.deepEqual([run.offline, run.costUsd, run.variants.length], [true, 0, 2])
    assert.deepEqual(
      run.verdicts.map(({ variant, ok }) => [variant, ok]),
      [
        ['A', true],
        ['B', true],
      ],
    )
  })

  test('makes drafts in which content finds no error', async () => {
    const tenantId = app.tenant()
    const run = await runToEnd(tenantId, buildBrief({ variants: 5 }))
    assert.equal(run.variants.length, 5)
    for (const variant of run.variants) assert.deepEqual(await findErrors(tenantId, variant), [])
  })

  test('makes the same drafts from the same brief, brand and seed', async () => {
    const one = await runToEnd(app.tenant(), buildBrief({ seed: 5 }))
    const same = await runToEnd(app.tenant(), buildBrief({ seed: 5 }))
    const other = await runToEnd(app.tenant(), buildBrief({ seed: 6 }))
    assert.deepEqual(one.variants, same.variants)
    assert.notDeepEqual(one.variants, other.variants)
  })

  test('keeps to the brand of the moment it was started', async () => {
    const tenantId = app.tenant()
    await owner(tenantId).put('/v1/brand', buildBrand({ avoid: ['herbs'] }))
    const { id } = await startRun(tenantId)
    await owner(tenantId).put('/v1/brand', buildBrand())
    await app.drain()
    const { body: run } = await owner(tenantId).get(`/v1/crew-runs/${id}`)
    assert.ok(run.verdicts.every(({ ok }: { ok: boolean }) => !ok))
  })

  test('tells other services that it has finished', async () => {
    const tenantId = app.tenant()
    const { id } = await runToEnd(tenantId)
    assert.deepEqual(
      finished.filter(({ runId }) => runId === id),
      [{ tenantId, runId: id, state: 'done' }],
    )
  })

  test('is refused without a goal, and with a link that is none', async () => {
    const callToAction = { label: 'x', url: 'javascript:alert(1)' }
    for (const brief of [
      { ...buildBrief(), goal: '' },
      { ...buildBrief(), callToAction },
    ]) {
      assert.equal((await owner().post('/v1/crew-runs', { brief })).status, 400)
    }
  })

  test('is listed newest first, a page at a time', async () => {
    const tenantId = app.tenant()
    const ids: string[] = []
    for (let count = 0; count < 3; count += 1) {
      app.clock.advance(1000)
      ids.push((await startRun(tenantId)).id)
    }
    const first = (await owner(tenantId).get('/v1/crew-runs?limit=2')).body
    const second = (await owner(tenantId).get(`/v1/crew-runs?limit=2&cursor=${first.nextCursor}`)).body
    assert.deepEqual(
      [...first.rows, ...second.rows].map(({ id }: CrewRun) => id),
      ids.toReversed(),
    )
    await app.drain()
  })
})

test('hostile briefs give drafts in which they are only words', async (t) => {
  const source = corpus('strings/blns.json')
  if (source === undefined) return t.skip('The corpus of strings is not beside this repository')
  const strings = [
    ...(JSON.parse(readFileSync(source, 'utf8')) as string[]).filter((_, index) => index % 8 === 0),
    '{{nickname}} {{{raw}}} {{> partial}} {{#section}}',
    '<mj-include path="/etc/passwd" /><script>alert(1)</script>',
    '</mj-text></mj-column><mj-raw><script>alert(1)</script></mj-raw>',
    'a"onclick="alert(1)" {{=<% %>=}}',
  ].filter((text) => text.trim() !== '' && !text.includes('\0') && text.isWellFormed())
  const tenantId = app.tenant()
  for (const text of strings) {
    const hostile = text.slice(0, 400)
    const callToAction = { label: hostile.slice(0, 80), url: 'https://example.com/?a={{b}}&c=<d>' }
    const { id } = await startRun(
      tenantId,
      buildBrief({ goal: `abc ${hostile}`, offer: hostile, facts: [hostile], callToAction }),
    )
    await app.drain()
    const run: CrewRun = (await owner(tenantId).get(`/v1/crew-runs/${id}`)).body
    assert.equal(run.state, 'done', hostile)
    for (const variant of run.variants) {
      assert.deepEqual(await findErrors(tenantId, variant), [], hostile)
      assert.doesNotMatch(
        variant.body,
        /<script|<mj-include|<mj-raw|\{\{(?!first_name\||sender_|unsubscribe_|preferences_)/i,
      )
    }
  }
})

describe('the brand', () => {
  test('is blank until it is set, and then what was set', async () => {
    const api = owner()
    assert.partialDeepStrictEqual((await api.get('/v1/brand')).body, { name: '', facts: [], tone: 'friendly' })
    assert.deepEqual((await api.put('/v1/brand', buildBrand())).body, buildBrand())
    assert.deepEqual((await api.get('/v1/brand')).body, buildBrand())
  })

  test('is refused with a website that is none', async () => {
    assert.equal((await owner().put('/v1/brand', { ...buildBrand(), website: 'javascript:alert(1)' })).status, 400)
  })
})

test('without a key the offline writer is the one that is set up, and says what it is', async () => {
  const { rows } = (await owner().get('/v1/models')).body
  assert.deepEqual(
    rows.filter(({ configured }: { configured: boolean }) => configured),
    [
      {
        provider: 'offline',
        model: 'offline',
        configured: true,
        note: 'Offline writer: composes from your brief by rules; it is not a language model.',
      },
    ],
  )
})

describe('access', () => {
  const routes: [method: string, path: string, body?: unknown][] = [
    ['GET', '/v1/brand'],
    ['PUT', '/v1/brand', buildBrand()],
    ['GET', '/v1/models'],
    ['GET', '/v1/crew-runs'],
    ['POST', '/v1/crew-runs', { brief: buildBrief() }],
    ['GET', '/v1/crew-runs/:id'],
    ['POST', '/v1/crew-runs/:id/stop'],
  ]
  for (const [method, path, body] of routes) {
    test(`${method} ${path} needs a credential, the role, and the own workspace`, async () => {
      const mine = app.tenant()
      const address = path.replace(':id', (await startRun(mine)).id)
      assert.equal((await app.anonymous.request(method, address, body)).status, 401)
      if (method !== 'GET') {
        const viewer = app.as({ tenantId: mine, role: 'viewer' })
        assert.equal((await viewer.request(method, address, body)).status, 403)
      }
      if (path.includes(':id')) {
        assert.equal((await owner().request(method, address, body)).body.code, 'ai.run_missing')
        const missing = path.replace(':id', randomUUID())
        assert.equal((await owner(mine).request(method, missing, body)).status, 404)
      }
      await app.drain()
    })
  }

  test("another workspace's runs and brand are not shown", async () => {
    const mine = app.tenant()
    await owner(mine).put('/v1/brand', buildBrand())
    await runToEnd(mine)
    const stranger = owner()
    assert.deepEqual((await stranger.get('/v1/crew-runs')).body.rows, [])
    assert.equal((await stranger.get('/v1/brand')).body.name, '')
  })
})

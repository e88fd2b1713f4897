import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { boot, corpus, type TestApp } from '@fanfare/testkit'
import { Content } from '../src/contract.ts'
import { content } from '../src/service.ts'
import { audienceDouble, knownContactId } from './audience-double.ts'
import { buildDraft, buildHtmlDraft } from './factories.ts'

let app: TestApp
before(async () => {
  app = await boot([audienceDouble({ first_name: '<b>Grace</b> {{email}}' }), content])
})
after(() => app.stop())

const owner = (tenantId = app.tenant()) => app.as({ tenantId, role: 'owner' })

describe('an email', () => {
  test('is kept as it was written, with what is wrong with it', async () => {
    const api = owner()
    const draft = buildHtmlDraft('{{nickname}}')
    const made = await api.post('/v1/emails', draft)
    assert.equal(made.status, 201)
    assert.partialDeepStrictEqual(made.body, { ...draft, revision: 1, findings: [{ code: 'unknown_field' }] })
    assert.deepEqual((await api.get(`/v1/emails/${made.body.id}`)).body, made.body)
  })

  test('is changed from the revision that was read', async () => {
    const api = owner()
    const { id } = (await api.post('/v1/emails', buildDraft())).body
    const changed = await api.put(`/v1/emails/${id}`, { ...buildDraft({ name: 'Summer' }), revision: 1 })
    assert.equal(changed.status, 200)
    assert.partialDeepStrictEqual(changed.body, { name: 'Summer', revision: 2 })
    const stale = await api.put(`/v1/emails/${id}`, { ...buildDraft({ name: 'Autumn' }), revision: 1 })
    assert.equal(stale.status, 409)
    assert.equal(stale.body.code, 'content.revision_stale')
    assert.equal((await api.get(`/v1/emails/${id}`)).body.name, 'Summer')
  })

  test('saved by ten people at once is saved by one', async () => {
    const api = owner()
    const { id } = (await api.post('/v1/emails', buildDraft())).body
    const saves = Array.from({ length: 10 }, (_, index) =>
      api.put(`/v1/emails/${id}`, { ...buildDraft({ name: `Version ${index}` }), revision: 1 }),
    )
    const replies = await Promise.all(saves)
    assert.deepEqual(replies.map(({ status }) => status).toSorted(), [200, ...Array(9).fill(409)])
    const winner = replies.find(({ status }) => status === 200)
    const kept = (await api.get(`/v1/emails/${id}`)).body
    assert.deepEqual([kept.name, kept.revision], [winner?.body.name, 2])
  })

  test('is copied and deleted', async () => {
    const api = owner()
    const { id } = (await api.post('/v1/emails', buildDraft())).body
    const copy = await api.post(`/v1/emails/${id}/copy`)
    assert.equal(copy.status, 201)
    assert.partialDeepStrictEqual(copy.body, { name: 'Copy of Spring', revision: 1 })
    assert.equal((await api.delete(`/v1/emails/${id}`)).status, 204)
    assert.equal((await api.get(`/v1/emails/${id}`)).status, 404)
    assert.equal((await api.get(`/v1/emails/${copy.body.id}`)).status, 200)
  })

  test('is refused when it has no body', async () => {
    const refused = await owner().post('/v1/emails', { ...buildDraft(), body: '' })
    assert.equal(refused.status, 400)
  })
})

test('emails are listed by their latest change, a page at a time', async () => {
  const api = owner()
  const ids: string[] = []
  for (const name of ['One', 'Two', 'Three']) {
    app.clock.advance(1000)
    ids.push((await api.post('/v1/emails', buildDraft({ name }))).body.id)
  }
  app.clock.advance(1000)
  await api.put(`/v1/emails/${ids[0]}`, { ...buildDraft({ name: 'One' }), revision: 1 })
  const first = (await api.get('/v1/emails?limit=2')).body
  assert.deepEqual(
    first.rows.map((row: { name: string }) => row.name),
    ['One', 'Three'],
  )
  const second = (await api.get(`/v1/emails?limit=2&cursor=${first.nextCursor}`)).body
  assert.deepEqual(
    second.rows.map((row: { name: string }) => row.name),
    ['Two'],
  )
  assert.equal(second.nextCursor, null)
})

test('a search finds names and subjects and reads % and _ as themselves', async () => {
  const api = owner()
  for (const draft of [{ name: '50% off' }, { name: '500 off' }, { subject: 'a_b' }, { subject: 'acb' }]) {
    await api.post('/v1/emails', buildDraft({ name: 'x', ...draft }))
  }
  const found = async (search: string) =>
    (await api.get(`/v1/emails?search=${encodeURIComponent(search)}`)).body.rows.length
  assert.deepEqual([await found('50% OFF'), await found('A_B'), await found('zzz')], [1, 1, 0])
})

describe('a preview', () => {
  test('of a draft shows made-up values without a contact', async () => {
    const shown = await owner().post('/v1/emails/preview', buildDraft({ subject: 'Hi {{first_name}} of {{company}}' }))
    assert.equal(shown.status, 200)
    assert.equal(shown.body.subject, 'Hi Ada of Company')
    assert.match(shown.body.html, /Hello Ada/)
    assert.match(shown.body.text, /Hello Ada/)
    assert.deepEqual(shown.body.findings, [])
  })

  test("shows a contact's values as data", async () => {
    const shown = await owner().post('/v1/emails/preview', { ...buildDraft(), contactId: knownContactId })
    assert.equal(shown.body.subject, 'News for <b>Grace</b> {{email}}')
    assert.match(shown.body.html, /Hello &lt;b&gt;Grace&lt;\/b&gt; \{\{email\}\}/)
  })

  test('of a contact that is missing is missing', async () => {
    const shown = await owner().post('/v1/emails/preview', { ...buildDraft(), contactId: randomUUID() })
    assert.deepEqual([shown.status, shown.body.code], [404, 'content.contact_missing'])
  })

  test('of a draft that cannot be read shows its tags and its findings', async () => {
    const shown = await owner().post('/v1/emails/preview', buildHtmlDraft('{{#company}}'))
    assert.equal(shown.status, 200)
    assert.match(shown.body.html, /\{\{#company\}\}/)
    assert.deepEqual(
      shown.body.findings.map(({ code }: { code: string }) => code),
      ['unclosed_section'],
    )
  })

  test('of a kept email is a page that can run and reach nothing', async () => {
    const api = owner()
    const { id } = (await api.post('/v1/emails', buildDraft())).body
    const page = await api.get(`/v1/emails/${id}/preview?contactId=${knownContactId}`)
    assert.equal(page.status, 200)
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(
      page.headers.get('content-security-policy'),
      "sandbox; default-src 'none'; img-src https: data:; style-src 'unsafe-inline'",
    )
    assert.match(page.text, /^<!doctype html>[^\0]*&lt;b&gt;Grace/)
  })
})

test('a check tells what is wrong and keeps nothing', async () => {
  const api = owner()
  const checked = await api.post('/v1/emails/check', buildDraft({ subject: '{{nickname}}' }))
  assert.deepEqual(
    [checked.status, checked.body.findings.map(({ code }: { code: string }) => code)],
    [200, ['unknown_field']],
  )
  assert.deepEqual((await api.get('/v1/emails')).body.rows, [])
})

describe('a partial', () => {
  test('is put into every email that names it', async () => {
    const tenantId = app.tenant()
    const api = owner(tenantId)
    const { id } = (await api.post('/v1/emails', buildHtmlDraft('{{> legal}}'))).body
    const before = (await api.get(`/v1/emails/${id}`)).body
    assert.deepEqual(
      before.findings.map(({ code }: { code: string }) => code),
      ['unknown_partial'],
    )
    const saved = await api.put('/v1/partials/legal', { body: '<p>{{sender_address}}</p>' })
    assert.equal(saved.status, 200)
    const { html } = await app.get(Content).compileEmail({ tenantId, emailId: id })
    assert.match(html, /<p>\{\{sender_address\}\}<\/p>/)
  })

  test('is changed, listed and deleted', async () => {
    const api = owner()
    await api.put('/v1/partials/legal', { body: 'one' })
    await api.put('/v1/partials/legal', { body: 'two' })
    assert.partialDeepStrictEqual((await api.get('/v1/partials')).body.rows, [{ name: 'legal', body: 'two' }])
    assert.equal((await api.delete('/v1/partials/legal')).status, 204)
    const gone = await api.delete('/v1/partials/legal')
    assert.deepEqual([gone.status, gone.body.code], [404, 'content.partial_missing'])
  })

  test('has a name that a tag can hold', async () => {
    assert.equal((await owner().put('/v1/partials/A%20b', { body: 'x' })).status, 400)
  })
})

describe('compiling', () => {
  test('gives the texts that are merged and sent', async () => {
    const tenantId = app.tenant()
    const { id: emailId } = await app.get(Content).createEmail({ tenantId, draft: buildDraft() })
    const compiled = await app.get(Content).compileEmail({ tenantId, emailId })
    assert.partialDeepStrictEqual(compiled, { emailId, revision: 1, subject: 'News for {{first_name|you}}' })
    assert.deepEqual(compiled.fields.toSorted(), ['first_name', 'sender_address', 'unsubscribe_url'])
  })

  test('refuses an email with errors and says which', async () => {
    const tenantId = app.tenant()
    const { id: emailId } = await app.get(Content).createEmail({ tenantId, draft: buildHtmlDraft('\n{{nickname}}') })
    await assert.rejects(app.get(Content).compileEmail({ tenantId, emailId }), (error: Record<string, unknown>) => {
      assert.equal(error.code, 'content.email_invalid')
      assert.partialDeepStrictEqual(error.violations, [{ path: '/body/line/2' }])
      return true
    })
  })
})

test('a transactional email needs no link to unsubscribe and may ask for fields of its own', async () => {
  const tenantId = app.tenant()
  const draft = { name: 'Receipt', subject: 'Order {{order}}', format: 'html' as const, body: '<p>{{total}}</p>' }
  const { id: emailId } = await app.get(Content).createEmail({ tenantId, draft })
  await assert.rejects(app.get(Content).compileEmail({ tenantId, emailId }), { code: 'content.email_invalid' })
  const compiled = await app.get(Content).compileEmail({ tenantId, emailId, purpose: 'transactional' })
  assert.deepEqual(compiled.fields.toSorted(), ['order', 'total'])
})

test('every starter can be kept', async () => {
  const api = owner()
  const { rows } = (await api.get('/v1/email-starters')).body
  assert.equal(rows.length, 4)
  for (const { draft } of rows) assert.deepEqual((await api.post('/v1/emails', draft)).body.findings, [])
})

test('every naughty string is kept as it is or refused with a reason, never a failure of ours', async (t) => {
  const source = corpus('strings/blns.json')
  if (source === undefined) return t.skip('The corpus of strings is not beside this repository')
  const api = owner()
  for (const value of JSON.parse(readFileSync(source, 'utf8')) as string[]) {
    const { status, body } = await api.post('/v1/emails/preview', { ...buildHtmlDraft(value), subject: `a${value}` })
    assert.ok(status === 200 || (status === 400 && body.code !== undefined), `${status} for ${JSON.stringify(value)}`)
  }
})

describe('access', () => {
  const routes: [method: string, path: string, body?: unknown][] = [
    ['GET', '/v1/emails'],
    ['POST', '/v1/emails', buildDraft()],
    ['GET', '/v1/emails/:id'],
    ['PUT', '/v1/emails/:id', { ...buildDraft(), revision: 1 }],
    ['POST', '/v1/emails/:id/copy'],
    ['GET', '/v1/emails/:id/preview'],
    ['DELETE', '/v1/emails/:id'],
    ['PUT', '/v1/partials/legal', { body: 'x' }],
    ['DELETE', '/v1/partials/legal'],
    ['GET', '/v1/partials'],
    ['GET', '/v1/email-starters'],
  ]
  for (const [method, path, body] of routes) {
    test(`${method} ${path} needs a credential, the role, and the own workspace`, async () => {
      const mine = owner()
      const { id } = (await mine.post('/v1/emails', buildDraft())).body
      const address = path.replace(':id', id)
      assert.equal((await app.anonymous.request(method, address, body)).status, 401)
      if (method !== 'GET') {
        const viewer = app.as({ tenantId: app.tenant(), role: 'viewer' })
        assert.equal((await viewer.request(method, address, body)).status, 403)
      }
      if (path.includes(':id')) assert.equal((await owner().request(method, address, body)).status, 404)
      assert.equal((await mine.get(`/v1/emails/${id}`)).status, 200)
    })
  }

  test("another workspace's emails and partials are in no list", async () => {
    const mine = owner()
    await mine.post('/v1/emails', buildDraft())
    await mine.put('/v1/partials/legal', { body: 'x' })
    assert.deepEqual((await owner().get('/v1/emails')).body.rows, [])
    assert.deepEqual((await owner().get('/v1/partials')).body.rows, [])
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Accounting } from '@fanfare/delivery/contract'
import { type ChildServer, openChildServer } from './child.ts'

test('an import that is killed half-way goes on after the restart and loses and doubles no row', async () => {
  await using server = await openChildServer()
  const rows = 60_000
  const importId = await startImport(server, rows)
  await until(async () => (await server.call('GET', `/v1/imports/${importId}`)).body.rowsRead > 5_000)

  await server.kill()
  await server.start()

  const done = await until(async () => {
    const { body } = await server.call('GET', `/v1/imports/${importId}`)
    return body.state === 'done' ? body : undefined
  })
  assert.deepEqual([done.rowsRead, done.created, done.rejected], [rows, rows, 0])
  assert.equal((await server.call('GET', '/v1/contacts/count')).body.contacts, rows)
})

test('a send that is killed half-way accounts for everyone and writes to nobody twice', async () => {
  await using server = await openChildServer()
  const audience = 4_000
  const importId = await startImport(server, audience)
  await until(async () => (await server.call('GET', `/v1/imports/${importId}`)).body.state === 'done')
  const campaignId = await launchCampaign(server)
  await until(async () => (await accountingOf(server, campaignId)).sent > 200)

  await server.kill()
  await server.start()

  const accounting = await until(async () => {
    const now = await accountingOf(server, campaignId)
    if (now.audience > 0) assert.equal(now.audience, now.sent + now.failed + now.suppressed + now.pending + now.unknown)
    return now.pending === 0 ? now : undefined
  })
  assert.equal(accounting.audience, audience)
  assert.equal(accounting.failed, 0)
  const received = await mailboxAddresses(server)
  assert.equal(new Set(received).size, received.length, 'somebody got the message twice')
  assert.ok(received.length >= accounting.sent, 'a message counted as sent never arrived')
  assert.ok(
    received.length <= accounting.sent + accounting.unknown,
    'a message arrived that the accounts do not know of',
  )
})

async function startImport(server: ChildServer, rows: number): Promise<string> {
  const lines = Array.from({ length: rows }, (_, index) => `person${index}@example.com,Person ${index}`)
  const csv = `Email,First name\n${lines.join('\n')}\n`
  const { body: uploaded } = await server.call('POST', '/v1/imports?fileName=people.csv', csv, {
    'content-type': 'text/csv',
  })
  const columns = uploaded.columns.map(({ target }: { target: unknown }) => target)
  const started = await server.call('POST', `/v1/imports/${uploaded.id}/start`, { columns, consentBasis: 'opt_in' })
  assert.equal(started.status, 200, started.text)
  return uploaded.id
}

async function launchCampaign(server: ChildServer): Promise<string> {
  const post = async (path: string, content?: unknown) => {
    const reply = await server.call('POST', path, content)
    assert.ok(reply.status < 300, `${path}: ${reply.text}`)
    return reply.body
  }
  const sender = await post('/v1/senders', {
    name: 'Sandbox',
    fromName: 'Us',
    fromEmail: 'us@sender.example',
    postalAddress: '1 Street, Town',
    kind: 'sandbox',
  })
  const email = await post('/v1/emails', {
    name: 'Hello',
    subject: 'Hello {{first_name|there}}',
    format: 'html',
    body: '<p>Hello {{first_name|there}}</p><p>{{sender_address}} <a href="{{unsubscribe_url}}">Unsubscribe</a></p>',
  })
  const campaign = await post('/v1/campaigns', { name: 'Crash' })
  await server.call('PATCH', `/v1/campaigns/${campaign.id}`, {
    senderId: sender.id,
    audience: { kind: 'everyone' },
    variants: [{ label: 'A', emailId: email.id, share: 100 }],
  })
  const { body: readiness } = await server.call('GET', `/v1/campaigns/${campaign.id}/readiness`)
  await post(`/v1/campaigns/${campaign.id}/approve`, { fingerprint: readiness.fingerprint })
  await post(`/v1/campaigns/${campaign.id}/send`)
  return campaign.id
}

async function accountingOf(server: ChildServer, campaignId: string): Promise<Accounting> {
  const { body, status } = await server.call('GET', `/v1/campaigns/${campaignId}/accounting`)
  return status === 200 ? body : { audience: 0, sent: 0, failed: 0, suppressed: 0, pending: 1, unknown: 0, held: 0 }
}

async function mailboxAddresses(server: ChildServer): Promise<string[]> {
  const addresses: string[] = []
  let cursor: string | null = null
  do {
    const { body } = await server.call('GET', `/v1/sandbox/messages?limit=100${cursor ? `&cursor=${cursor}` : ''}`)
    for (const { to } of body.rows) addresses.push(...to)
    cursor = body.nextCursor
  } while (cursor !== null)
  return addresses
}

/** Asks until the answer is truthy; the test's own time-out ends a wait in vain. */
async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    await sleep(50)
  }
}

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { Keys } from '@fanfare/kernel'
import { createTransport } from 'nodemailer'
import type { FeedbackEntry } from '../src/contract.ts'
import { returnPathOf } from '../src/message/return-path.ts'
import { encodeTag } from '../src/message/tag.ts'
import { openSink } from './sink.ts'
import { type BuiltCampaign, buildCampaign, ledgerOf, openStage, type Stage, senderTo, sendOut } from './stage.ts'

const domain = 'bounces.sender.example'
const reports = 'fbl@bounces.sender.example'
const intakeMaxBytes = 100_000

let stage: Stage
let port = 0
before(async () => {
  port = await freePort()
  stage = await openStage({ intakePort: port, intakeHost: '127.0.0.1', intakeReportAddresses: reports, intakeMaxBytes })
})
after(() => stage[Symbol.asyncDispose]())

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: found } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return found
}

/** A campaign to one person, as the sink saw it: its return path and its source. */
async function deliverOne() {
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { sender: senderTo(sink.port, { returnPathDomain: domain }) })
  await sendOut(stage, campaign)
  const [row] = await ledgerOf(stage, campaign)
  const { id, email } = row as { id: string; email: string }
  const returnPath = returnPathOf(
    stage.app.get(Keys),
    { tenantId: campaign.tenantId, from: { address: '', returnPathDomain: domain } },
    id,
  )
  return { campaign, id, email, returnPath, source: sink.messages[0]?.source ?? '' }
}

function send(to: string | string[], lines: readonly string[]) {
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true })
  return transport.sendMail({ envelope: { from: '', to }, raw: lines.join('\r\n') })
}

const bounce = (email: string, id = Math.random().toString(36)) => [
  'From: MAILER-DAEMON@mx.example.org',
  `Message-ID: <${id}@mx.example.org>`,
  'Subject: Undelivered Mail Returned to Sender',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=delivery-status; boundary="x"',
  '',
  '--x',
  'Content-Type: text/plain',
  '',
  'It could not be delivered.',
  '--x',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.example.org',
  '',
  `Final-Recipient: rfc822; ${email}`,
  'Action: failed',
  'Status: 5.1.1',
  'Remote-MTA: dns; mx.example.net',
  'Diagnostic-Code: smtp; 550 5.1.1 User unknown',
  '--x--',
]

async function feedbackOf({ tenantId }: BuiltCampaign): Promise<FeedbackEntry[]> {
  const { body } = await stage.app.as({ tenantId, role: 'owner' }).get('/v1/feedback')
  return body.rows
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 250,
    (error: { responseCode?: number }) => error.responseCode,
  )

test('each message leaves with a return path of its own', async () => {
  const campaign = await buildCampaign(stage, { count: 2, sender: { returnPathDomain: domain } })
  await sendOut(stage, campaign)
  const { body } = await stage.app.as({ tenantId: campaign.tenantId, role: 'owner' }).get('/v1/sandbox/messages')
  const keys = stage.app.get(Keys)
  const of = { tenantId: campaign.tenantId, from: { address: '', returnPathDomain: domain } }
  const wanted = (await ledgerOf(stage, campaign)).map(({ id }) => returnPathOf(keys, of, id))
  assert.deepEqual(body.rows.map(({ from }: { from: string }) => from).toSorted(), wanted.toSorted())
})

test('a bounce to the signed return path is that delivery’s, also under another address', async () => {
  const { campaign, id, returnPath } = await deliverOne()
  await send(returnPath.toUpperCase(), bounce('forwarded@elsewhere.example'))
  const [entry] = await feedbackOf(campaign)
  assert.deepEqual(
    [entry?.deliveryId, entry?.kind, entry?.hard, entry?.reason, entry?.source],
    [id, 'bounced', true, 'userunknown', 'mailbox'],
  )
  assert.deepEqual(stage.audience.suppressed.at(-1), {
    contactIds: [campaign.recipients[0]?.contactId],
    reason: 'hard_bounce',
  })
})

test('the same bounce twice is one', async () => {
  const { campaign, returnPath, email } = await deliverOne()
  await send(returnPath, bounce(email, 'same'))
  await send(returnPath, bounce(email, 'same'))
  assert.equal((await feedbackOf(campaign)).length, 1)
})

test('a forged return path is turned away and changes nothing', async () => {
  const { campaign, returnPath, email } = await deliverOne()
  const at = 20
  const forged = returnPath.slice(0, at) + (returnPath[at] === '0' ? '1' : '0') + returnPath.slice(at + 1)
  assert.equal(await codeOf(send(forged, bounce(email))), 550)
  assert.equal(await codeOf(send('anybody@bounces.sender.example', bounce(email))), 550)
  assert.deepEqual(await feedbackOf(campaign), [])
})

test('a report that only names an address, or a tag of somebody’s own making, changes nothing', async () => {
  const { campaign, id, email } = await deliverOne()
  const tag = encodeTag(stage.app.get(Keys), { tenantId: campaign.tenantId, deliveryId: id })
  const forged = `${tag.slice(0, -3)}${tag.slice(-3) === '000' ? '111' : '000'}`
  await send(reports, bounce(email))
  await send(reports, [`References: <${forged}@sender.example>`, ...bounce(email)])
  assert.deepEqual(await feedbackOf(campaign), [])
})

test('a complaint is known by the message it encloses', async () => {
  const { campaign, id, source } = await deliverOne()
  await send(reports, [
    'From: fbl@provider.example',
    'Subject: complaint',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="x"',
    '',
    '--x',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'User-Agent: provider/1',
    'Version: 1',
    '',
    '--x',
    'Content-Type: message/rfc822',
    '',
    source,
    '--x--',
  ])
  const [entry] = await feedbackOf(campaign)
  assert.deepEqual([entry?.deliveryId, entry?.kind], [id, 'complained'])
})

test('people who answer are told from machines that do', async () => {
  const { campaign, returnPath } = await deliverOne()
  await send(returnPath, ['From: a@x.example', 'Subject: Re: Hello', 'In-Reply-To: <1@x>', '', 'Yes please'])
  await send(returnPath, ['From: a@x.example', 'Subject: Re: Hello', 'Auto-Submitted: auto-replied', '', 'I am away'])
  const kinds = (await feedbackOf(campaign)).map(({ kind }) => kind)
  assert.deepEqual(kinds.toSorted(), ['auto_replied', 'replied'])
})

test('what is too large, goes in circles or has too many recipients is turned away with the right code', async () => {
  const { returnPath, email } = await deliverOne()
  const large = [
    ...bounce(email),
    'x'
      .repeat(70)
      .concat('\r\n')
      .repeat(intakeMaxBytes / 70),
  ]
  assert.equal(await codeOf(send(returnPath, large)), 552)
  const circling = [
    ...Array.from({ length: 30 }, () => 'Received: from a by b; Mon, 1 Jan 2026 00:00:00 +0000'),
    ...bounce(email),
  ]
  assert.equal(await codeOf(send(returnPath, circling)), 554)
  const anybody = { tenantId: randomUUID(), from: { address: '', returnPathDomain: domain } }
  const sent = await send(
    Array.from({ length: 21 }, () => returnPathOf(stage.app.get(Keys), anybody, randomUUID())),
    bounce(email),
  )
  assert.equal(sent.rejected.length, 1)
})

test('whoever writes to the address of List-Unsubscribe has left, by whatever program', async () => {
  const { campaign, id, source } = await deliverOne()
  const [, address = ''] =
    /^List-Unsubscribe: <http[^>]+>,\r\n <mailto:([^?>]+)\?subject=unsubscribe>\r$/m.exec(source) ?? []
  assert.match(address, /^u[0-9a-v]{61}@bounces\.sender\.example$/)
  await send(address, ['From: ann@x.example', 'Auto-Submitted: auto-replied', 'Subject: Abmelden', '', ''])
  await send(address, ['From: ann@x.example', 'Subject: unsubscribe', '', 'please'])
  const entries = await feedbackOf(campaign)
  assert.ok(entries.every(({ kind, deliveryId }) => kind === 'unsubscribed' && deliveryId === id))
  const contactId = campaign.recipients[0]?.contactId as string
  const reasons = stage.audience.suppressed.filter(({ contactIds }) => contactIds.includes(contactId))
  assert.ok(reasons.length > 0 && reasons.every(({ reason }) => reason === 'unsubscribed'))
})

test('a page that watches the campaign sees the bounce at once', async () => {
  const { campaign, returnPath, email } = await deliverOne()
  const topic = `deliveries/${campaign.campaignId}`
  await using watcher = await stage.app.watch(campaign.tenantId, [topic, 'feedback'])
  await send(returnPath, bounce(email))
  for (;;) {
    const { topic: seen, message } = await watcher.next()
    if (seen === topic && (message as { bounced?: number }).bounced === 1) break
  }
})

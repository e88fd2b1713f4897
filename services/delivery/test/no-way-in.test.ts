import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeCertificate } from './certificate.ts'
import { openScripted, type Script } from './scripted.ts'
import { openSink } from './sink.ts'
import { buildCampaign, eventually, ledgerOf, openStage, type Stage, senderTo, sendOut, sumOf } from './stage.ts'

const certificate = makeCertificate('localhost')
const people = 3

let stage: Stage
before(async () => {
  stage = await openStage({ connectTimeoutMs: 700, replyTimeoutMs: 500, concurrentBatches: 64 })
})
after(() => stage[Symbol.asyncDispose]())

/** Goes well up to a verb, and there answers as given, or not at all. */
function stopAt(verb: string, answer: string | 'drop' | 'hang' | 'tarpit'): Script {
  const usual: Record<string, string> = {
    CONNECT: '220 ready\r\n',
    EHLO: '250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n',
  }
  return (line, talk) => {
    const said = line.split(' ')[0] ?? ''
    if (said !== verb) talk.say(usual[said] ?? '500 5.5.2 not known\r\n')
    else if (answer === 'drop') talk.drop()
    else if (answer === 'tarpit') talk.drip('220 a greeting of many words\r\n', 1_000)
    else if (answer !== 'hang') talk.say(`${answer}\r\n`)
  }
}

const upgrade: Script = (line, talk) => {
  stopAt('STARTTLS', '220 go')(line, talk)
  if (line === 'STARTTLS' && certificate !== undefined) talk.encrypt(certificate)
}

type Tls = 'required' | 'none'
const servers: [name: string, script: Script, tls: Tls, trouble: RegExp][] = [
  ['421 at connect', stopAt('CONNECT', '421 4.3.2 busy'), 'none', /421 4\.3\.2 busy/],
  ['drop at connect', stopAt('CONNECT', 'drop'), 'none', /closed/],
  ['hang at connect', stopAt('CONNECT', 'hang'), 'none', /No answer|Not ready/],
  ['tarpit at connect', stopAt('CONNECT', 'tarpit'), 'none', /No answer|Not ready/],
  ['garbage at connect', stopAt('CONNECT', 'HTTP/1.1 400 Bad Request'), 'none', /does not speak SMTP/],
  ['drop at EHLO', stopAt('EHLO', 'drop'), 'none', /closed/],
  ['hang at EHLO', stopAt('EHLO', 'hang'), 'none', /No answer|Not ready/],
  ['stripped STARTTLS', stopAt('EHLO', '250 here'), 'required', /offers no STARTTLS/],
  ['421 at STARTTLS', stopAt('STARTTLS', '421 4.3.2 closing'), 'required', /421 4\.3\.2 closing/],
  ['drop at STARTTLS', stopAt('STARTTLS', 'drop'), 'required', /closed/],
  ['hang at STARTTLS', stopAt('STARTTLS', 'hang'), 'required', /No answer|Not ready/],
  ['silence instead of TLS', stopAt('STARTTLS', '220 go'), 'required', /No answer|Not ready/],
  ['a certificate that nobody vouches for', upgrade, 'required', /self.signed|certificate/i],
  ['wrong password', stopAt('AUTH', '535 5.7.8 wrong'), 'none', /535 5\.7\.8 wrong/],
  ['421 at AUTH', stopAt('AUTH', '421 4.3.2 closing'), 'none', /421 4\.3\.2 closing/],
  ['454 at AUTH', stopAt('AUTH', '454 4.7.0 later'), 'none', /454 4\.7\.0 later/],
  ['drop at AUTH', stopAt('AUTH', 'drop'), 'none', /closed/],
  ['hang at AUTH', stopAt('AUTH', 'hang'), 'none', /No answer|Not ready/],
]

describe('a server that lets nobody in', { concurrency: 6 }, () => {
  for (const [name, script, tls, trouble] of servers) {
    const skip = script === upgrade && certificate === undefined && 'openssl is not here to make a certificate with'
    it(`${name}: everybody stays queued, the reason is shown, and the neighbour's messages go out`, {
      skip,
    }, async () => {
      await using server = await openScripted(script)
      const smtp = { host: '127.0.0.1', port: server.port, tls, username: 'ada' }
      await expectTrouble({ kind: 'smtp', smtp, password: 'secret' }, trouble)
      assert.ok(!server.heard.some((line) => /MAIL|RCPT|DATA/.test(line)), server.heard.join())
    })
  }

  for (const [name, host, trouble] of [
    ['a name without an address', 'nowhere.invalid', /ENOTFOUND|EAI_AGAIN|no address/],
    ['a host that cannot be reached', '192.0.2.1', /ENETUNREACH|EHOSTUNREACH|Not ready|No answer|ECONNREFUSED/],
  ] as const) {
    it(`${name}: everybody stays queued, the reason is shown, and the neighbour's messages go out`, async () => {
      await expectTrouble({ kind: 'smtp', smtp: { host, port: 2525, tls: 'required' } }, trouble)
    })
  }
})

async function expectTrouble(sender: Parameters<typeof senderTo>[1], trouble: RegExp): Promise<void> {
  const campaign = await buildCampaign(stage, { count: people, ...(sender && { sender }) })
  await stage.engine.startDispatch(campaign)
  const api = stage.app.as({ tenantId: campaign.tenantId, role: 'viewer' })
  const standing = () => api.get(`/v1/campaigns/${campaign.campaignId}/accounting`)
  const { body } = await eventually(standing, (answer) => answer.body.trouble !== null)
  assert.match(body.trouble, trouble)

  await using sink = await openSink()
  const neighbour = await sendOut(stage, await buildCampaign(stage, { count: 2, sender: senderTo(sink.port) }))
  assert.deepEqual([neighbour.sent, sink.messages.length], [2, 2])

  const rows = await ledgerOf(stage, campaign)
  assert.deepEqual(
    rows.map(({ state, attempts }) => [state, attempts]),
    rows.map(() => ['queued', 0]),
  )
  const accounting = await stage.engine.getAccounting(campaign)
  assert.deepEqual([accounting.audience, accounting.pending, sumOf(accounting)], [people, people, people])
  await stage.engine.cancelDispatch(campaign)
  const final = await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
  )
  assert.equal(final.suppressed, people)
}

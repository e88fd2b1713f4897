import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Egress, Keys, systemClock } from '@fanfare/kernel'
import { openAccount } from '../src/providers/account.ts'
import { sealContext } from '../src/senders/secrets.ts'
import type { SenderRow } from '../src/store/senders.ts'
import type { HandOver, Letter, ProviderClient, SharedTexts } from '../src/transport/letter.ts'
import { configFor, type Vendor, vendors } from './doubles/all.ts'
import type { Double } from './doubles/double.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

const shared: SharedTexts = {
  subject: { literals: ['Hello ', '!'] },
  html: { literals: ['<p>', ' &amp; you</p><a href="', '">Leave</a>'] },
  text: { literals: ['Hello ', ''] },
}

function buildLetter(change: Partial<Letter> & { name?: string } = {}): Letter {
  const { name = 'Ada', ...rest } = change
  const tag = `tag${randomUUID().replaceAll('-', '')}`
  const url = `https://us.example/u/${tag}`
  return {
    deliveryId: randomUUID(),
    tag,
    messageId: `${tag}@sender.example`,
    from: { name: 'Ada, of "Example"', address: 'ada@sender.example' },
    replyTo: 'reply@sender.example',
    to: `${tag}@example.org`,
    headers: { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    shared,
    pieces: { subject: [name], html: [name, url], text: [name] },
    attachments: [],
    ...rest,
  }
}

/** Long enough for a busy machine; shorter where a test waits for it. */
const patienceMs = 20_000

function clientOf(
  { kind, sender }: Vendor,
  url: string,
  { password = sender.password as string, timeoutMs = patienceMs } = {},
): ProviderClient {
  const keys = stage.app.get(Keys)
  const [tenantId, id] = [randomUUID(), randomUUID()]
  const config = { providerTimeoutMs: timeoutMs, ...configFor(kind, url) }
  const deps = { keys, egress: stage.app.get(Egress), clock: systemClock, config }
  const provider = {
    region: kind === 'mailgun' ? 'us' : 'global',
    verificationKey: '',
    configurationSet: '',
    topicArns: [],
    ...sender.provider,
  }
  const row = { tenant_id: tenantId, id, kind, provider, password: keys.seal(password, sealContext(tenantId, id)) }
  return openAccount(deps as unknown as Parameters<typeof openAccount>[0], row as unknown as SenderRow)
}

function kindsOf({ endings }: HandOver): string[] {
  return endings.map((ending) =>
    ending.kind === 'reply' ? `${ending.code}` : ending.kind === 'lost' ? `lost at ${ending.stage}` : ending.kind,
  )
}

async function withDouble(vendor: Vendor, work: (client: ProviderClient, double: Double) => Promise<void>) {
  await using double = await vendor.open()
  await work(clientOf(vendor, double.url), double)
}

for (const vendor of vendors) {
  const { kind, says, most } = vendor
  test(`${kind}: letters that share their texts go in one call, each person with their own`, () =>
    withDouble(vendor, async (client, double) => {
      const names = ['Ada', 'Bob $& %recipient.x% {{h0}}', 'Čeněk 🎺']
      const letters = names.map((name) => buildLetter({ name }))
      const handed = await client.send(letters)
      assert.deepEqual([kindsOf(handed), handed.trouble, double.sends], [['250', '250', '250'], undefined, 1])
      for (const [index, letter] of letters.entries()) {
        const message = double.taken.find(({ tag }) => tag === letter.tag)
        assert.deepEqual(message?.to, [letter.to])
        assert.equal(message.subject, `Hello ${names[index]}!`)
        assert.equal(message.html, `<p>${names[index]} &amp; you</p><a href="${letter.pieces.html[1]}">Leave</a>`)
        assert.equal(message.text, `Hello ${names[index]}`)
        assert.equal(message.headers['list-unsubscribe'], letter.headers['List-Unsubscribe'])
        assert.equal(message.headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click')
        assert.match(message.from, /ada@sender\.example/)
      }
    }))

  test(`${kind}: one call takes ${most} letters and no more, and an address comes once a call`, () =>
    withDouble(vendor, async (client, double) => {
      const letters = Array.from({ length: Math.min(client.batch, most) }, () => buildLetter())
      assert.ok(kindsOf(await client.send(letters)).every((code) => code === '250'))
      assert.equal(double.sends, 1)
      const same = [buildLetter({ to: 'ada@example.org' }), buildLetter({ to: 'Ada@example.org' })]
      assert.deepEqual(kindsOf(await client.send(same)), ['250', '250'])
      assert.equal(double.sends, 3)
      assert.equal(new Set(double.taken.map(({ tag }) => tag)).size, letters.length + 2)
    }))

  test(`${kind}: an address that is refused fails alone`, () =>
    withDouble(vendor, async (client, double) => {
      const letters = Array.from({ length: 9 }, (_, index) =>
        buildLetter(index === 4 ? { to: 'refused@example.org' } : {}),
      )
      const handed = await client.send(letters)
      assert.deepEqual(
        kindsOf(handed),
        letters.map((_, index) => (index === 4 ? '554' : '250')),
      )
      assert.equal(handed.trouble, undefined)
      assert.equal(double.taken.length, 8)
    }))

  test(`${kind}: a letter alone has its own texts, Message-ID where it can be set, and attachments`, () =>
    withDouble(vendor, async (client, double) => {
      const attachments = [
        { fileName: 'a "b".pdf', contentType: 'application/pdf', contentId: undefined, content: Buffer.from('x') },
      ]
      const letter = buildLetter({ attachments })
      assert.deepEqual(kindsOf(await client.send([letter])), ['250'])
      const [message] = double.taken
      assert.deepEqual(
        [message?.subject, message?.tag, message?.attachments],
        ['Hello Ada!', letter.tag, ['a _b_.pdf']],
      )
      const messageId = message?.headers['message-id']
      assert.equal(messageId, kind === 'ses' ? undefined : `<${letter.messageId}>`)
    }))

  test(`${kind}: nothing of a letter can become a header, a recipient or a second message`, () =>
    withDouble(vendor, async (client, double) => {
      const name = 'Ada\r\nBcc: eve@evil.example'
      const letters = [
        buildLetter({ name }),
        buildLetter({ headers: { 'X-Campaign': 'a\r\nBcc: eve@evil.example' } }),
        buildLetter({ headers: { Bcc: 'eve@evil.example' } }),
        buildLetter({ to: 'a@example.org, eve@evil.example' }),
      ]
      assert.deepEqual(kindsOf(await client.send(letters)), ['250', '250', 'refused', 'refused'])
      for (const { subject, headers, to } of double.taken) {
        assert.doesNotMatch([subject, ...Object.values(headers)].join(''), /[\r\n]/)
        assert.equal(to.length, 1)
        assert.equal(headers.bcc, undefined)
      }
    }))

  test(`${kind}: what is wrong with the account is told as such, and no letter is at fault`, async (t) => {
    const expected = { badKey: 'credentials', slowDown: 'limited', quota: 'quota', notAllowed: 'account' } as const
    for (const [fault, trouble] of Object.entries(expected)) {
      await t.test(fault, () =>
        withDouble(vendor, async (client, double) => {
          double.fault = says[fault as keyof typeof expected]
          const handed = await client.send([buildLetter(), buildLetter()])
          assert.deepEqual(kindsOf(handed), ['lost at mail', 'lost at mail'])
          assert.equal(handed.trouble?.kind, trouble)
          assert.equal(handed.trouble?.retryAfterMs, fault === 'slowDown' ? 2_000 : undefined)
          assert.equal(double.sends, 1)
        }),
      )
    }
  })

  test(`${kind}: its own errors put letters off; no answer leaves them in doubt, and no second call is made`, async (t) => {
    const cases = [
      ['broken', says.broken, '451', 'failing'],
      ['gateway', { status: 504, body: 'upstream timed out' }, 'lost at content', 'unanswered'],
      ['nonsense', { status: 200, body: '<html>welcome' }, 'lost at content', 'unanswered'],
      ['hang', 'hang', 'lost at content', 'unanswered'],
      ['drop', 'drop', 'lost at content', 'unanswered'],
      ['drop once taken', 'drop_after', 'lost at content', 'unanswered'],
    ] as const
    for (const [title, fault, ending, trouble] of cases) {
      await t.test(title, () =>
        withDouble(vendor, async (_client, double) => {
          const client = clientOf(vendor, double.url, { timeoutMs: fault === 'hang' ? 300 : patienceMs })
          double.faults.push(fault)
          const handed = await client.send([buildLetter(), buildLetter()])
          assert.deepEqual([kindsOf(handed), handed.trouble?.kind], [[ending, ending], trouble])
          assert.equal(double.sends, 1)
        }),
      )
    }
  })

  test(`${kind}: where nobody listens, nothing was sent`, async () => {
    const gone = await vendor.open()
    await gone[Symbol.asyncDispose]()
    const handed = await clientOf(vendor, gone.url).send([buildLetter()])
    assert.deepEqual([kindsOf(handed), handed.trouble?.kind], [['lost at mail'], 'unreachable'])
  })

  test(`${kind}: a check tells whether the key is good`, () =>
    withDouble(vendor, async (client, double) => {
      assert.equal((await client.check()).state, 'pass')
      const other = await clientOf(vendor, double.url, { password: 'another key' }).check()
      assert.equal(other.state, 'fail')
      assert.doesNotMatch(other.text, /another key/)
    }))
}

test('ses: texts that SES would read as a template go as they are', () =>
  withDouble(vendors.find(({ kind }) => kind === 'ses') as Vendor, async (client, double) => {
    const odd: SharedTexts = { ...shared, text: { literals: ['{{name}} {', '} \\'] } }
    const letters = [buildLetter({ shared: odd }), buildLetter({ shared: odd, name: 'Bob' })]
    assert.deepEqual(kindsOf(await client.send(letters)), ['250', '250'])
    assert.deepEqual(
      double.taken.map(({ text }) => text),
      ['{{name}} {Ada} \\', '{{name}} {Bob} \\'],
    )
    assert.equal(double.sends, 2)
  }))

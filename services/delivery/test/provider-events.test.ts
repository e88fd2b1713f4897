import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { DeliveryTables } from '../src/store/tables.ts'
import { type Vendor, vendors } from './doubles/all.ts'
import type { Double, TakenMessage } from './doubles/double.ts'
import { egressToSns, eventVendors, type Happening, type SignedPost, sesTopic, signSns } from './doubles/events.ts'
import { type BuiltCampaign, buildCampaign, openStage, type Stage, sendOut } from './stage.ts'

const sns = egressToSns()
const doubles = {} as Record<Vendor['kind'], Double>
let stage: Stage
before(async () => {
  for (const { kind, open } of vendors) doubles[kind] = await open()
  const urls = Object.fromEntries(vendors.map(({ kind }) => [`${kind}Url`, doubles[kind].url]))
  stage = await openStage({ ...urls }, [sns.service])
})
after(async () => {
  await stage[Symbol.asyncDispose]()
  for (const double of Object.values(doubles)) await double[Symbol.asyncDispose]()
})
beforeEach(() => {
  stage.audience.suppressed.length = 0
  sns.asked.length = 0
})

interface Sent {
  readonly campaign: BuiltCampaign
  readonly path: string
  readonly messages: readonly TakenMessage[]
}

/** A campaign of a few people, sent through the provider's double; what it took has the tags that events name. */
async function send({ kind, sender }: Vendor, count: number): Promise<Sent> {
  const { settings } = eventVendors[kind]
  doubles[kind].taken.length = 0
  const full = { ...sender, ...settings, provider: { ...sender.provider, ...settings.provider } as never }
  const campaign = await buildCampaign(stage, { count, sender: full })
  assert.equal((await sendOut(stage, campaign)).sent, count)
  const { body } = await stage.app.as({ tenantId: campaign.tenantId, role: 'owner' }).get('/v1/senders')
  return { campaign, path: new URL(body.rows[0].eventsUrl).pathname, messages: [...doubles[kind].taken] }
}

const happen = ({ tag, to }: TakenMessage, what: Happening['what']): Happening => ({ tag, to: to[0] as string, what })
const post = (path: string, { body, headers }: SignedPost) => stage.app.anonymous.post(path, body, headers)

async function tell({ kind }: Vendor, path: string, happenings: readonly Happening[]): Promise<number> {
  let taken = 0
  for (const signed of eventVendors[kind].posts(happenings, new Date())) {
    const reply = await post(path, signed)
    assert.equal(reply.status, 200, reply.text)
    taken += reply.body.taken
  }
  return taken
}

/** With another first letter. */
function altered(text: string): string {
  return (text.startsWith('0') ? '1' : '0') + text.slice(1)
}

async function feedbackOf({ campaign: { tenantId } }: Sent) {
  const rows = await stage.app.db
    .as<DeliveryTables>()
    .withTenant(tenantId, (trx) => trx.selectFrom('delivery.feedback').selectAll().orderBy('email').execute())
  return new Map(rows.map((row) => [`${row.email} ${row.kind}`, row]))
}

for (const vendor of vendors) {
  const { kind } = vendor
  test(`${kind}: what is told of messages is kept by kind, hard or not, and acted on`, async () => {
    const sent = await send(vendor, 9)
    const whats = [
      'delivered',
      'delayed',
      'no_such_address',
      'full',
      'blocked',
      'known_dead',
      'complaint',
      'unsubscribe',
      'open',
    ] as const
    const happenings = sent.messages.map((message, index) => happen(message, whats[index] as Happening['what']))
    // Opens are counted by ourselves.
    assert.equal(await tell(vendor, sent.path, happenings), 8)
    const rows = await feedbackOf(sent)
    const kept = whats.slice(0, 8).map((what, index) => {
      const to = sent.messages[index]?.to[0]
      const found = [...rows.values()].filter(({ email }) => email === to)
      assert.equal(found.length, 1, what)
      return [what, found[0]?.kind, found[0]?.hard, found[0]?.source]
    })
    assert.deepEqual(kept, [
      ['delivered', 'delivered', false, kind],
      ['delayed', 'delayed', false, kind],
      ['no_such_address', 'bounced', true, kind],
      ['full', 'bounced', false, kind],
      ['blocked', 'bounced', false, kind],
      ['known_dead', 'bounced', true, kind],
      ['complaint', 'complained', false, kind],
      ['unsubscribe', 'unsubscribed', false, kind],
    ])
    const reasons = stage.audience.suppressed.flatMap(({ contactIds, reason }) => contactIds.map(() => reason)).sort()
    assert.deepEqual(reasons, ['complaint', 'hard_bounce', 'hard_bounce', 'unsubscribed'])
    assert.equal(rows.get(`${sent.messages[3]?.to[0]} bounced`)?.reason, 'mailboxfull')
  })

  test(`${kind}: the same post again, now or twice at once, changes nothing`, async () => {
    const sent = await send(vendor, 3)
    const signed = eventVendors[kind].posts(
      sent.messages.map((message) => happen(message, 'complaint')),
      new Date(),
    )
    const first = await Promise.all(signed.flatMap((one) => [post(sent.path, one), post(sent.path, one)]))
    assert.equal(
      first.reduce((sum, { body }) => sum + body.taken, 0),
      3,
    )
    stage.audience.suppressed.length = 0
    for (const one of signed) assert.deepEqual((await post(sent.path, one)).body, { taken: 0 })
    assert.equal((await feedbackOf(sent)).size, 3)
    assert.deepEqual(stage.audience.suppressed, [])
  })

  test(`${kind}: events out of order take nothing back`, async () => {
    const sent = await send(vendor, 1)
    const [message] = sent.messages as [TakenMessage]
    await tell(vendor, sent.path, [happen(message, 'no_such_address')])
    await tell(vendor, sent.path, [happen(message, 'delivered'), happen(message, 'delayed')])
    assert.equal((await feedbackOf(sent)).get(`${message.to[0]} bounced`)?.hard, true)
    assert.equal(stage.audience.suppressed.length, 1)
  })

  test(`CVE-2026-42193: ${kind}: what is not signed, or signed and then changed, is refused and changes nothing`, async () => {
    const sent = await send(vendor, 1)
    const [signed] = eventVendors[kind].posts([happen(sent.messages[0] as TakenMessage, 'complaint')], new Date()) as [
      SignedPost,
    ]
    const bare = { body: signed.body, headers: { 'content-type': 'application/json' } }
    const changed = { ...signed, body: signed.body.replace(/"signature":"/i, (found) => `${found}x`) }
    const reply = await post(sent.path, kind === 'sendgrid' ? bare : changed)
    assert.deepEqual([reply.status, reply.body.code], [401, 'delivery.events_unsigned'], reply.text)
    if (kind !== 'mailgun') {
      // Mailgun signs its token, not what it tells; the tag in it is signed by us.
      const turned = {
        ...signed,
        body: signed.body.replace('spamreport', 'delivered').replace('Complaint', 'Delivery'),
      }
      assert.equal((await post(sent.path, turned)).body.code, 'delivery.events_unsigned')
    }
    assert.equal((await feedbackOf(sent)).size, 0)
  })

  test(`${kind}: an address is good for its own sender and kind only`, async () => {
    const [sent, other] = [await send(vendor, 1), await send(vendor, 1)]
    const theirs = sent.messages[0] as TakenMessage
    // Well signed by the account of another workspace: its tags are not believed there.
    assert.equal(await tell(vendor, other.path, [happen(theirs, 'complaint')]), 0)
    assert.equal((await feedbackOf(sent)).size, 0)
    assert.equal(await tell(vendor, sent.path, [happen({ ...theirs, tag: '' }, 'complaint')]), 0)
    assert.equal(await tell(vendor, sent.path, [happen({ ...theirs, tag: altered(theirs.tag) }, 'complaint')]), 0)
    const [signed] = eventVendors[kind].posts([happen(theirs, 'complaint')], new Date()) as [SignedPost]
    const [token = '', named] = sent.path.split('/').slice(3)
    assert.equal(named, kind)
    const otherKind = vendors.find((one) => one.kind !== kind)?.kind
    for (const path of [
      sent.path.replace(`/${kind}`, `/${otherKind}`),
      sent.path.replace(token, altered(token)),
      sent.path.replace(token, `${token}=`),
      sent.path.replace(token, 'x'),
    ]) {
      const reply = await post(path, signed)
      assert.deepEqual([reply.status, reply.body.code], [404, 'delivery.events_missing'], path)
    }
    assert.equal((await post(sent.path, { ...signed, body: 'x'.repeat(1_048_577) })).status, 413)
    assert.equal((await post(sent.path, { body: signed.body, headers: { 'content-type': 'text/html' } })).status, 415)
    assert.equal((await feedbackOf(sent)).size, 0)
  })
}

test('mailgun: a token that was used is not good for another event', async () => {
  const vendor = vendors.find(({ kind }) => kind === 'mailgun') as Vendor
  const sent = await send(vendor, 2)
  const [first, second] = sent.messages as [TakenMessage, TakenMessage]
  const [signed] = eventVendors.mailgun.posts([happen(first, 'delivered')], new Date()) as [SignedPost]
  assert.deepEqual((await post(sent.path, signed)).body, { taken: 1 })
  const [other] = eventVendors.mailgun.posts([happen(second, 'complaint')], new Date()) as [SignedPost]
  const spliced = { ...JSON.parse(other.body), signature: JSON.parse(signed.body).signature }
  assert.deepEqual((await post(sent.path, { ...other, body: JSON.stringify(spliced) })).body, { taken: 0 })
  assert.equal((await feedbackOf(sent)).size, 1)
})

test('CVE-2026-32096: ses: a subscription is confirmed at SNS itself, for a topic of the sender only', async () => {
  const sent = await send(vendors.find(({ kind }) => kind === 'ses') as Vendor, 1)
  const confirmation = {
    Type: 'SubscriptionConfirmation',
    Message: 'You have chosen',
    Token: 'abc',
    SubscribeURL: 'https://evil.example/',
  }
  const foreign = await post(sent.path, signSns({ ...confirmation, TopicArn: `${sesTopic}-2` }, new Date()))
  assert.deepEqual([foreign.status, foreign.body.code], [403, 'delivery.events_foreign'])
  assert.equal(sns.asked.length, 0)
  assert.equal((await post(sent.path, signSns(confirmation, new Date()))).status, 200)
  const url = new URL(sns.asked.at(-1) as string)
  assert.equal(url.origin, 'https://sns.eu-central-1.amazonaws.com')
  assert.deepEqual([url.searchParams.get('Token'), url.searchParams.get('TopicArn')], ['abc', sesTopic])
})

test('two thousand events in one post are kept', async () => {
  const vendor = vendors.find(({ kind }) => kind === 'sendgrid') as Vendor
  const sent = await send(vendor, 4)
  const happenings = Array.from({ length: 2_000 }, (_, index) =>
    happen(sent.messages[index % 4] as TakenMessage, 'delayed'),
  )
  assert.equal(await tell(vendor, sent.path, happenings), 2_000)
})

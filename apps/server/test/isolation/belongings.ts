import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Db, Events, Jobs } from '@fanfare/kernel'
import { sql } from 'kysely'
import { generateSync } from 'otplib'
import type { Call, House, Reply, Tenant } from '../house.ts'

/** One thing of each kind, owned by a workspace: the ids that a stranger will try, by the name of the path parameter. */
export type Belongings = Readonly<Record<string, string>>

const brief = {
  goal: 'Tell people',
  callToAction: { label: 'Look', url: 'https://example.com/look' },
  facts: ['It is blue'],
  variants: 1,
}
const body =
  '<mjml><mj-body><mj-section><mj-column><mj-text>Hello <a href="{{unsubscribe_url}}">Unsubscribe</a></mj-text></mj-column></mj-section></mj-body></mjml>'

/**
 * Fills a workspace through the API. A new kind of thing gets a line here; the isolation test says when one is missing. All
 * texts begin with `private`, or with the word that is given instead.
 */
export async function makeBelongings({ app }: House, tenant: Tenant, word = 'private'): Promise<Belongings> {
  const owner = { ...tenant, call: renaming(tenant.call, word) }
  const make = async (path: string, content: unknown, headers?: Record<string, string>) =>
    made(await owner.call('POST', path, content, headers), path)

  const list = await make('/v1/lists', { name: 'Private list' })
  const contact = await make('/v1/contacts', {
    email: 'private.person@example.com',
    firstName: 'Private',
    consentBasis: 'opt_in',
    listIds: [list.id],
    tags: ['private-tag'],
  })
  const bounced = await make('/v1/contacts', {
    email: 'bounce+550.private@example.com',
    consentBasis: 'opt_in',
    listIds: [list.id],
  })
  await make('/v1/fields', { key: 'private_field', label: 'Private field', type: 'text' })
  const segment = await make('/v1/segments', { name: 'Private segment', rules: { match: 'all' } })
  const suppression = await make('/v1/suppressions', { email: 'private.suppressed@example.com' })
  const upload = await make('/v1/imports?fileName=private.csv', 'Email\nprivate.row@example.com\n', {
    'content-type': 'text/csv',
  })
  const email = await make('/v1/emails', { name: 'Private email', subject: 'Private subject', format: 'mjml', body })
  await owner.call('PUT', '/v1/partials/private_partial', { body: 'Private partial' })
  await owner.call('PUT', '/v1/brand', { name: 'Private brand', postalAddress: '1 Private Street' })
  const run = await make('/v1/crew-runs', { brief })
  const sender = await make('/v1/senders', {
    name: 'Private sender',
    fromName: 'Private',
    fromEmail: 'from@private.example',
    postalAddress: '1 Private Street',
    kind: 'sandbox',
  })
  const campaign = await make('/v1/campaigns', { name: 'Private campaign' })
  const changed = await owner.call('PATCH', `/v1/campaigns/${campaign.id}`, {
    senderId: sender.id,
    audience: { kind: 'list', listId: list.id },
    variants: [{ label: 'A', emailId: email.id, share: 100 }],
  })
  const variantId = changed.body.variants[0].id
  const sent = await owner.call('POST', `/v1/campaigns/${campaign.id}/test-send`, {
    to: 'private.test@example.com',
    variantId,
  })
  assert.equal(sent.body.accepted, true, `the test message was not accepted: ${sent.text}`)
  const sentCampaign = await sendOne(owner, { listId: list.id, emailId: email.id, senderId: sender.id })
  const loose = await make('/v1/contacts', { email: 'private.loose@example.com', consentBasis: 'opt_in' })
  // Far ahead, so that nothing of it changes while strangers try.
  const order = await owner.call('POST', '/v1/messages', {
    senderId: sender.id,
    to: [{ email: 'private.recipient@example.com' }],
    content: { kind: 'inline', subject: 'Private message', text: 'Private message' },
    tags: ['private-message'],
    sendAt: new Date(Date.now() + 20 * 86_400_000).toISOString(),
    attachments: [{ fileName: 'Private.txt', content: 'UHJpdmF0ZQ==' }],
  })
  assert.equal(order.status, 202, order.text)
  const key = await make('/v1/api-keys', { name: 'Private key', role: 'viewer' })
  const webhook = await make('/v1/webhooks', {
    url: 'https://private-webhook.example/',
    description: 'Private webhook',
    types: ['message.failed'],
  })
  const dkimKey = await make('/v1/dkim-keys', { domain: 'private.example', algorithm: 'ed25519-sha256' })
  const returns = await make('/v1/mailboxes', {
    name: 'Private mailbox',
    protocol: 'imap',
    host: 'private-mail.example',
    port: 993,
    username: 'private.user',
    password: 'private-password',
    active: false,
  })
  const asOwner = renaming(tenant.callAsPerson(tenant.tenantId), word)
  const team = await make('/v1/teams', { name: 'Private team' })
  const invitation = made(
    await asOwner('POST', '/v1/invitations', { email: 'private.invited@example.com', role: 'viewer' }),
    '/v1/invitations',
  )
  const archive = made(await asOwner('POST', '/v1/workspace/exports'), '/v1/workspace/exports')
  const members = await owner.call('GET', '/v1/members')
  const ssoDomain = made(await asOwner('POST', '/v1/sso-domains', { domain: 'private.example' }), '/v1/sso-domains')
  const tried = await owner.call('POST', `/v1/webhooks/${webhook.id}/test`)
  const mailbox = await owner.call('GET', '/v1/sandbox/messages')
  // Its next tries would change what nobody else may change.
  await owner.call('PATCH', `/v1/webhooks/${webhook.id}`, { state: 'disabled' })
  await settle({ app })
  return {
    contactId: contact.id,
    listId: list.id,
    segmentId: segment.id,
    suppressionId: suppression.id,
    importId: upload.id,
    emailId: email.id,
    name: `${word}_partial`,
    runId: run.id,
    senderId: sender.id,
    campaignId: campaign.id,
    variantId,
    sentCampaignId: sentCampaign.id,
    sentVariantId: sentCampaign.variantId,
    bouncedContactId: bounced.id,
    looseContactId: loose.id,
    messageId: mailbox.body.rows[0].id,
    deliveryId: order.body.messages[0].id,
    keyId: key.id,
    mailboxId: returns.id,
    webhookId: webhook.id,
    dkimKeyId: dkimKey.id,
    domainId: ssoDomain.id,
    webhookMessageId: tried.body.messageId,
    destination: 'google',
    teamId: team.id,
    invitationId: invitation.id,
    exportId: archive.id,
    userId: members.body.rows[0].userId,
    workspaceId: owner.tenantId,
  }
}

/** What is the owner's own, in whatever workspace. Their session has another cookie from then on, so it comes last. */
export async function makePersonalThings({ app }: House, owner: Tenant): Promise<Belongings> {
  const call = owner.callAsPerson(owner.tenantId)
  const { body: signedIn } = await call('GET', '/v1/sessions')
  const externalAccountId = await linkExternalAccount(app, owner.email)
  const { body: begun } = await call('POST', '/v1/factors/totp', { name: 'Private phone' })
  const code = generateSync({ secret: begun.secret })
  const confirmed = await call('POST', `/v1/factors/${begun.factorId}/confirm`, { code })
  assert.equal(confirmed.status, 201, confirmed.text)
  return { sessionId: signedIn.rows[0].id, externalAccountId, factorId: begun.factorId }
}

/** Texts that only the owner may ever see. */
export const privateTexts = ['Private', 'private.', 'private_', 'private-', 'privatetwo']

/** A campaign that has gone out, so that there are deliveries, engagement and feedback to ask for. */
async function sendOne(
  { call }: Pick<Tenant, 'call'>,
  { listId, emailId, senderId }: { listId: string; emailId: string; senderId: string },
): Promise<{ id: string; variantId: string }> {
  const { id } = made(await call('POST', '/v1/campaigns', { name: 'Private sent campaign' }), '/v1/campaigns')
  const changed = await call('PATCH', `/v1/campaigns/${id}`, {
    senderId,
    audience: { kind: 'list', listId },
    variants: [{ label: 'A', emailId, share: 100 }],
  })
  const { fingerprint } = (await call('GET', `/v1/campaigns/${id}/readiness`)).body
  const approved = await call('POST', `/v1/campaigns/${id}/approve`, { fingerprint })
  assert.equal(approved.status, 200, approved.text)
  const launched = await call('POST', `/v1/campaigns/${id}/send`)
  assert.equal(launched.status, 200, launched.text)
  for (let looks = 0; looks < 600; looks++) {
    const { body } = await call('GET', `/v1/campaigns/${id}`)
    if (body.state === 'done') return { id, variantId: changed.body.variants[0].id }
    await sleep(50)
  }
  throw new Error('A campaign to two people was not sent within half a minute')
}

function renaming(call: Call, word: string): Call {
  const renamed = (text: string) =>
    text.replaceAll('Private', word[0]?.toUpperCase() + word.slice(1)).replaceAll('private', word)
  return (method, path, body, headers) => {
    const text = typeof body === 'string' ? renamed(body) : JSON.parse(renamed(JSON.stringify(body ?? null)))
    return call(method, renamed(path), body === undefined ? undefined : text, headers)
  }
}

function made(reply: Reply, path: string): { id: string } {
  assert.ok(reply.status === 201, `POST ${path} answered ${reply.status}: ${reply.text}`)
  return reply.body
}

/** As if the person had been at the provider, where no test goes. */
async function linkExternalAccount(app: House['app'], email: string): Promise<string> {
  const id = randomUUID()
  await app.get(Db).transaction((trx) =>
    sql`
      insert into identity.external_account
        (id, account_id, provider, issuer, subject, email_verified, name, linked_at, last_used_at)
      select ${id}::uuid, id, 'github', 'https://github.com/login/oauth', ${id}, false, 'Private name', now(), now()
      from identity.account where email = ${email}
    `.execute(trx),
  )
  return id
}

/** Waits until no job and no event is on its way. */
export async function settle({ app }: Pick<House, 'app'>): Promise<void> {
  await app.get(Jobs).drain()
  await app.get(Events).drain()
}

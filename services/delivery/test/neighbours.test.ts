import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { audience } from '@fanfare/audience'
import { content } from '@fanfare/content'
import { Content } from '@fanfare/content/contract'
import { boot } from '@fanfare/testkit'
import { DeliveryEngine } from '../src/contract.ts'
import { delivery } from '../src/service.ts'
import { eventually } from './stage.ts'

const body =
  '<mjml><mj-body><mj-section><mj-column><mj-text>Hello {{first_name|friend}}</mj-text><mj-button href="https://shop.example/">Go</mj-button><mj-text><a href="{{unsubscribe_url}}">Unsubscribe</a> {{sender_address}}</mj-text></mj-column></mj-section></mj-body></mjml>'

test('with the real audience and content: merged, sent, unsubscribed by one click, suppressed by a bounce', async () => {
  await using app = await boot([audience, content, delivery])
  const tenantId = app.tenant()
  const api = app.as({ tenantId, role: 'owner' })
  const contacts = await Promise.all(
    ['ada@x.example', 'bounce+550@x.example'].map(async (email) => {
      const made = await api.post('/v1/contacts', { email, firstName: 'Ada', consentBasis: 'opt_in' })
      assert.equal(made.status, 201, made.text)
      return made.body as { id: string; email: string }
    }),
  )
  const draft = { name: 'News', subject: 'For {{first_name}}', preheader: 'Inside', format: 'mjml', body } as const
  const email = await app.get(Content).createEmail({ tenantId, draft })
  const engine = app.get(DeliveryEngine)
  const sender = await engine.ensureSandboxSender({ tenantId, fromName: 'Example' })
  const ref = { tenantId, campaignId: randomUUID() }
  const variantId = randomUUID()
  const variants = [{ variantId, label: 'A', emailId: email.id }]
  await engine.prepareDispatch({ ...ref, name: 'News', senderId: sender.id, variants })
  const recipients = contacts.map((contact) => ({ contactId: contact.id, email: contact.email, variantId }))
  await engine.addRecipients({ ...ref, recipients })
  await engine.startDispatch(ref)
  const accounting = await eventually(
    () => engine.getAccounting(ref),
    ({ pending }) => pending === 0,
  )
  assert.deepEqual([accounting.sent, accounting.failed], [1, 1])

  const [listed] = (await api.get('/v1/sandbox/messages')).body.rows
  assert.equal(listed.subject, 'For Ada')
  const { headers, html } = (await api.get(`/v1/sandbox/messages/${listed.id}`)).body
  assert.match(html, /Hello Ada/)
  assert.equal(html.split('Inside').length, 2, 'the preheader stands there once')
  assert.match(html, /\/c\/[\w-]{67}/)
  const unsubscribe = headers.find((header: { name: string }) => header.name === 'List-Unsubscribe').value.slice(1, -1)
  const left = await fetch(unsubscribe, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  })
  assert.equal(left.status, 200)
  const states = await Promise.all(contacts.map(async ({ id }) => (await api.get(`/v1/contacts/${id}`)).body))
  assert.deepEqual(
    states.map((contact) => [contact.status, contact.suppressed]),
    [
      ['unsubscribed', true],
      ['bounced', true],
    ],
  )
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type MailServer, openMailServer } from './mail-server.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let mail: MailServer
let browser: Browser
let page: Page
const complaints: string[] = []

before(async () => {
  const opened = await openBrowser()
  if (!opened) throw new Error('The browser run needs Chromium: apt-get install chromium')
  browser = opened
  mail = await openMailServer()
  server = await startServer()
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
})

after(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
  await mail?.[Symbol.asyncDispose]()
})

const button = (name: string | RegExp) => page.getByRole('button', { name })
const field = (name: string) => page.getByLabel(new RegExp(`^${name}( \\*)?$`))

/** A call as the page makes it, in its session and workspace. */
async function call<T>(method: string, path: string, data?: unknown): Promise<T> {
  const workspace = await page.evaluate<string>("localStorage.getItem('fanfare.workspace')")
  const csrf = (await page.context().cookies()).find(({ name }) => name === 'fanfare_csrf')?.value ?? ''
  const reply = await page.request.fetch(server.url + path, {
    method,
    ...(data === undefined ? {} : { data }),
    headers: { 'fanfare-workspace': workspace, origin: server.url, 'fanfare-csrf': csrf },
  })
  assert.ok(reply.ok(), `${method} ${path}: ${await reply.text()}`)
  return (await reply.json()) as T
}

let senderId: string

test('a sender is set up, and its readiness lights and records show', async () => {
  await page.goto(server.setupLink)
  await field('Your name').fill('Ada')
  await field('Email').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('a long enough password')
  await field('Workspace').fill('Northwind')
  await button('Create account').click()
  await page.getByRole('navigation').first().getByRole('link', { name: 'Sending' }).waitFor()

  await page.goto(`${server.url}/settings/senders`)
  await button('New sender').first().click()
  await page.getByRole('combobox', { name: 'Kind of sender' }).click()
  await page.getByRole('option', { name: 'SMTP server' }).click()
  await field('Name of this sender').fill('Newsletter')
  await field('From name').fill('Northwind')
  await field('From email').fill('hello@northwind.example')
  await field('Postal address').fill('1 Harbour Street, 1000 Town')
  await field('Host').fill('127.0.0.1')
  await field('Port').fill(String(mail.port))
  await page.getByRole('combobox', { name: 'Encryption' }).click()
  await page.getByRole('option', { name: /only for this machine/ }).click()
  await field('Return-path domain').fill('bounces.northwind.example')
  await button('Make sender').click()

  const readiness = page.getByRole('region', { name: 'Readiness' })
  await readiness.getByText(/answered without signing in/).waitFor()
  for (const name of ['SPF', 'DKIM', 'DMARC', 'Reverse DNS', 'TLS']) {
    await readiness.getByText(name, { exact: true }).waitFor()
  }
  await readiness.getByRole('button', { name: 'Copy Value' }).first().waitFor()
  const keys = page.getByRole('region', { name: 'DKIM keys of northwind.example' })
  await keys.getByRole('button', { name: 'New key' }).click()
  await page.getByRole('menuitem', { name: /^RSA/ }).click()
  const record = keys.getByRole('textbox', { name: 'Value' })
  await record.waitFor()
  assert.match(await record.inputValue(), /^v=DKIM1; k=rsa; p=/)
})

test('the pace is saved, and nothing else of the sender is lost', async () => {
  await field('Google').fill('5')
  await page.getByRole('checkbox', { name: 'Warm up' }).check()
  await page.getByRole('img', { name: /each day of the warm-up/ }).waitFor()
  await button('Save the pace').click()
  await page.getByText(/It counts from the next message on/).waitFor()
  const { rows } = await call<{ rows: SavedSender[] }>('GET', '/v1/senders')
  assert.equal(rows.length, 1)
  const [{ id, smtp, returnPathDomain, pacing }] = rows as [SavedSender]
  senderId = id
  assert.deepEqual(smtp, { host: '127.0.0.1', port: mail.port, tls: 'none', username: '' })
  assert.equal(returnPathDomain, 'bounces.northwind.example')
  assert.deepEqual([pacing.destinations, pacing.warmUp.firstDay], [{ google: 5 }, 50])
})

interface SavedSender {
  id: string
  smtp: unknown
  returnPathDomain: string
  pacing: { destinations: unknown; warmUp: { firstDay: number } }
}

test('the engine view shows what left, who asked for less, and lets it go on', async () => {
  await page.goto(`${server.url}/sending`)
  await page.getByText('Nothing left in the last hour').waitFor()
  await sendCampaign()
  const hold = page.getByRole('listitem').filter({ hasText: /Google asked “Newsletter” for less until/ })
  await hold.getByText(/4\.7\.28 Unusual rate of mail/).waitFor()
  await page.getByRole('img', { name: /Accepted, deferred, failed and unknown by the minute/ }).waitFor()
  await page
    .getByRole('table', { name: 'By destination' })
    .getByRole('row', { name: /Google/ })
    .waitFor()
  await page
    .getByRole('table', { name: 'Backlog' })
    .getByRole('row', { name: /Newsletter.*Google/ })
    .waitFor()
  const ended = page.waitForResponse(
    (reply) => reply.request().method() === 'DELETE' && reply.url().includes('/holds/'),
  )
  await hold.getByRole('button', { name: 'Send again now' }).click()
  assert.equal((await ended).status(), 204)
})

test('an unknown delivery is told apart, its story read, and the matter decided', async () => {
  await page.getByRole('link', { name: 'Settle them' }).click()
  await page.waitForURL(/\/report/)
  const unknown = page.getByRole('region', { name: 'Unknown' })
  await unknown.getByRole('button', { name: 'lost.one@firm.example' }).click()
  const story = page.getByRole('dialog', { name: 'What happened to it' })
  await story.getByText('The line broke before the answer').waitFor()
  await story.getByRole('button', { name: 'Decide what became of it' }).click()
  const question = page.getByRole('dialog', { name: 'What became of it?' })
  await question.getByRole('button', { name: 'Decide' }).click()
  await question.getByText('Choose what became of it').waitFor()
  await question.getByRole('radio', { name: 'It arrived' }).check()
  await question.getByRole('textbox', { name: 'Why' }).fill('Their log shows it')
  await question.getByRole('button', { name: 'Decide' }).click()
  await story.getByText('Decided by hand').waitFor()
  await story.getByText(/Their log shows it/).waitFor()
  await page.keyboard.press('Escape')
  await unknown.waitFor({ state: 'detached' })
})

test('what came back stands with its reason and what followed', async () => {
  await page.goto(`${server.url}/sending/feedback`)
  const row = page.getByRole('row', { name: /gone\.one@firm\.example/ })
  await row.getByText('No such mailbox', { exact: true }).waitFor()
  await row.getByText('Suppressed').waitFor()
  await page.getByRole('img', { name: /^Dead addresses of Newsletter/ }).waitFor()
  await row.getByRole('link').click()
  await page.waitForURL(/\/deliveries\//)
  await page.getByText('Refused for good').waitFor()
})

test('a webhook shows its secret once, and what it answered to a test', async () => {
  await page.goto(`${server.url}/settings/webhooks`)
  await button('New webhook').click()
  await field('Address').fill('https://receiver.invalid/hooks')
  await field('What it is for').fill('The shop')
  await page.getByRole('checkbox', { name: 'message.clicked' }).check()
  await button('Make webhook').click()
  const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
  assert.match(secret, /^whsec_/)
  await button('I have it').click()
  await page.getByRole('link', { name: 'https://receiver.invalid/hooks' }).click()
  await button('Send a test event').click()
  await page.getByRole('dialog').getByText('It was not taken').waitFor()
  assert.equal(await page.getByText(secret).count(), 0)
})

test('no page complained', () => {
  assert.deepEqual(complaints, [])
})

const people = [
  'ada@firm.example',
  'gone.one@firm.example',
  'lost.one@firm.example',
  'grace@gmail.com',
  'ken@gmail.com',
]
const html =
  '<html><body><p>Hello</p><p>1 Harbour Street, 1000 Town</p><a href="{{unsubscribe_url}}">Unsubscribe</a></body></html>'

/** A launched campaign to a few people, made over the API: how one is made by hand is another test’s story. */
async function sendCampaign(): Promise<void> {
  const list = await call<{ id: string }>('POST', '/v1/lists', { name: 'Customers' })
  for (const email of people) {
    await call('POST', '/v1/contacts', { email, consentBasis: 'opt_in', listIds: [list.id] })
  }
  const email = await call<{ id: string }>('POST', '/v1/emails', {
    name: 'Hello',
    format: 'html',
    subject: 'Hello',
    body: html,
  })
  const { id } = await call<{ id: string }>('POST', '/v1/campaigns', { name: 'Spring' })
  const path = `/v1/campaigns/${id}`
  const audience = { kind: 'list', listId: list.id }
  await call('PATCH', path, { senderId, audience, variants: [{ label: 'A', emailId: email.id, share: 100 }] })
  const { fingerprint } = await call<{ fingerprint: string }>('GET', `${path}/readiness`)
  await call('POST', `${path}/approve`, { fingerprint })
  await call('POST', `${path}/send`)
}

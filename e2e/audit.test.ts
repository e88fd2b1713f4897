import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let browser: Browser
let page: Page
const complaints: string[] = []

before(async () => {
  const opened = await openBrowser()
  if (!opened) throw new Error('The browser run needs Chromium: apt-get install chromium')
  browser = opened
  server = await startServer()
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
})

after(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

const button = (name: string | RegExp) => page.getByRole('button', { name })
const field = (name: string) => page.getByLabel(new RegExp(`^${name}( \\*)?$`))

/** Whether a program gets in with the key, from this machine. */
async function statusOf(key: string): Promise<number> {
  const reply = await fetch(`${server.url}/v1/workspace`, { headers: { authorization: `Bearer ${key}` } })
  return reply.status
}

/** The key that the window shows this one time. */
async function takeKey(): Promise<string> {
  const key = await page.getByRole('textbox', { name: 'Key', exact: true }).inputValue()
  await button('I have it').click()
  return key
}

let key: string

test('a key is given some permissions, an end and a network, and a wrong network is told at its field', async () => {
  await page.goto(server.setupLink)
  await field('Your name').fill('Ada')
  await field('Email').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('a long enough password')
  await field('Workspace').fill('Northwind')
  await button('Create account').click()
  await page.getByRole('navigation').first().waitFor()

  await page.goto(`${server.url}/settings/api-keys`)
  await button('New key').click()
  await field('Name').fill('Shop sync')
  await button('Reading only').click()
  await page.getByRole('checkbox', { name: 'Contacts: Change' }).check()
  await page.getByRole('checkbox', { name: 'Webhooks: Read' }).uncheck()
  await page.getByRole('combobox', { name: 'Expires' }).click()
  await page.getByRole('option', { name: 'In 90 days' }).click()
  const networks = page.getByRole('combobox', { name: 'Works from' })
  await networks.fill('127.0.0.1/8')
  await networks.press('Enter')
  await networks.fill('our office')
  await networks.press('Enter')
  await button('Make key').click()
  await page.getByText(/'our office' is neither an address nor a network/).waitFor()
  await networks.press('Backspace')
  await button('Make key').click()
  await page.getByText('Copy it now').waitFor()
  key = await takeKey()

  const row = page.getByRole('row', { name: /Shop sync/ })
  await row.getByText('10 permissions').waitFor()
  await row.getByText(/until .* from 127\.0\.0\.0\/8/).waitFor()
  assert.equal(await statusOf(key), 200)
})

test('a key is rotated with an overlap, and revoked', async () => {
  await button('Actions for Shop sync').click()
  await page.getByRole('menuitem', { name: 'Rotate' }).click()
  await button('Rotate key').click()
  await page.getByText('Copy it now').waitFor()
  const next = await takeKey()
  await page.getByText(/works until/).waitFor()
  assert.deepEqual([await statusOf(key), await statusOf(next)], [200, 200])

  await button('Actions for Shop sync').click()
  await page.getByRole('menuitem', { name: 'End the old secret now' }).click()
  await page.getByText('Only the new secret works now.').waitFor()
  assert.deepEqual([await statusOf(key), await statusOf(next)], [401, 200])

  await button('Actions for Shop sync').click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await field('Name').fill('Shop')
  await button('Save').click()
  await page.getByText('Key changed.').waitFor()

  await button('Actions for Shop').click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  await button('Revoke key').click()
  await page.getByText('Key revoked.').waitFor()
  assert.equal(await statusOf(next), 401)
})

test('the audit trail tells of all that with what was before, filters it, and is whole', async () => {
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Audit trail' }).click()
  const trail = page.getByRole('table', { name: 'Audit trail' })
  for (const words of ['created', 'rotated', 'former ended', 'updated', 'revoked']) {
    await trail.getByText(`API key ${words}`).waitFor()
  }
  await button(/^Details of entry .*: API key updated$/).press('Enter')
  const changes = page.getByRole('table', { name: 'Changes' })
  await changes.getByRole('row', { name: /Name Shop sync Shop/ }).waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('searchbox').or(page.getByLabel('On what: name or id')).first().fill('Shop')
  await trail.getByText('API key created').waitFor({ state: 'detached' })
  await trail.getByText('API key revoked').waitFor()
  assert.match(page.url(), /target=Shop/)

  await button('Verify').click()
  await page.getByText('The trail is whole').waitFor()
})

test('no page complained', () => {
  assert.deepEqual(complaints, [])
})

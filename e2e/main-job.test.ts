import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type Server, startServer } from './server.ts'

const contacts = fileURLToPath(new URL('../examples/contacts.csv', import.meta.url))
/** Where a step that fails leaves its picture. */
const pictures = fileURLToPath(new URL('../dist/e2e/', import.meta.url))

let server: Server
let browser: Browser
let context: BrowserContext
let page: Page
const personsBrowser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
/** Everything the pages complained about; none is expected. */
const complaints: string[] = []

before(async () => {
  const opened = await openBrowser()
  if (!opened) throw new Error('The browser run needs Chromium: apt-get install chromium')
  browser = opened
  server = await startServer()
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
})

after(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

/** A step of the one story these tests tell; its picture is kept when it fails. */
function step(title: string, run: () => Promise<void>): void {
  test(title, async () => {
    try {
      await run()
    } catch (error) {
      await mkdir(pictures, { recursive: true })
      await page.screenshot({ path: `${pictures}${title.replace(/\W+/g, '-').slice(0, 60)}.png`, fullPage: true })
      throw error
    }
  })
}

const button = (name: string | RegExp) => page.getByRole('button', { name })
/** A required field's label ends with a star. */
const field = (name: string) => page.getByLabel(new RegExp(`^${name}( \\*)?$`))

step('the first start’s link makes the owner', async () => {
  await page.goto(server.setupLink)
  await field('Your name').fill('Ada')
  await field('Email').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('a long enough password')
  await field('Workspace').fill('Northwind')
  await button('Create account').click()
  await page.getByRole('navigation').first().getByRole('link', { name: 'Contacts' }).waitFor()
})

step('a CSV becomes contacts, with the bad rows told', async () => {
  await page.goto(`${server.url}/contacts/import`)
  await page.locator('input[type=file]').setInputFiles(contacts)
  await page.getByRole('radio', { name: /opt/i }).first().check()
  await button('Start the import').click()
  await page.getByText('1,236', { exact: true }).first().waitFor()
  await page.getByText('Rejected').first().waitFor()
})

step('a sender into the sandbox is made', async () => {
  await page.goto(`${server.url}/settings/senders`)
  await button('New sender').first().click()
  await field('Name of this sender').fill('Sandbox')
  await field('From name').fill('Northwind')
  await field('From email').fill('hello@northwind.example')
  await field('Postal address').fill('1 Harbour Street, 1000 Town')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /save|make|add|create/i })
    .click()
  await page.getByText('hello@northwind.example').first().waitFor()
})

let campaignUrl: string

step('a brief goes to the crew, and its drafts come back', async () => {
  await page.goto(`${server.url}/campaigns/new`)
  await field('Name of the campaign').fill('Board launch')
  await field('Goal').fill('Invite customers to try the new board')
  await field('What they get').fill('The board is part of every plan')
  await field('Button').fill('Open the board')
  await field('It leads to').fill('https://example.com/board')
  await field('Facts').fill('The board shows every event on one page\nChanges appear for the whole team at once')
  await button('Let the crew draft').click()
  await page.getByText('not a language model').first().waitFor()
  await button('Edit and compare the drafts').click()
  await field('Subject').fill('A new board for {{first_name|you}}')
  await button('Keep these variants').click()
  await field('Audience').first().waitFor()
  campaignUrl = page.url().replace(/[?#].*/, '')
})

step('audience and sender are chosen, and everything is ready', async () => {
  await page.getByRole('combobox', { name: 'Audience' }).click()
  await page.getByRole('option', { name: 'Everyone' }).click()
  await page.getByRole('combobox', { name: 'Sender' }).click()
  await page.getByRole('option', { name: 'Sandbox' }).click()
  await button('Save and go on').click()
  await page.getByText(/Everything is in place/).waitFor()
  await field('To').fill('me@example.com')
  await button('Send test').click()
  await page.getByRole('alert').filter({ hasText: 'Accepted' }).waitFor()
})

step('a person approves exactly this and sends it', async () => {
  await button('Go on to the approval').click()
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await page.getByRole('button', { name: 'Send now', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send now' }).click()
  await page.waitForURL(/\/report$/)
  await page.getByText('1,230', { exact: true }).first().waitFor({ timeout: 120_000 })
})

/** The recipient: another browser window with the mail's own links. */
let recipient: Page
let mail: { click: string; unsubscribe: string; address: string }

step('the mail stands in the sandbox mailbox, personal and with its links', async () => {
  const mailbox = await context.newPage()
  await mailbox.goto(`${server.url}/mailbox`)
  await mailbox.getByRole('textbox', { name: /^Search/ }).fill('A new board for')
  await mailbox.waitForURL(/search=/)
  await mailbox.getByRole('list', { name: 'Messages' }).getByText('A new board for').first().click()
  const frame = mailbox.frameLocator('iframe')
  await frame.getByRole('link', { name: 'Open the board' }).waitFor()
  const links = await frame
    .locator('a')
    .evaluateAll((anchors) => anchors.map((anchor) => (anchor as { href: string }).href))
  const text = await mailbox.getByRole('article', { name: 'Message' }).textContent()
  mail = {
    click: links.find((href) => href.includes('/c/')) ?? '',
    unsubscribe: links.find((href) => href.includes('/u/')) ?? '',
    address: /→ (\S+?@example\.com)/.exec(text ?? '')?.[1] ?? '',
  }
  assert.ok(mail.click && mail.unsubscribe && mail.address, JSON.stringify({ links, text }))
  assert.match(text ?? '', /A new board for \p{L}/u)
  await mailbox.close()
})

step('a click shows on the live report within a second', async () => {
  // A headless browser says so, and is rightly taken for a machine.
  recipient = await (await browser.newContext({ userAgent: personsBrowser })).newPage()
  const row = page.getByRole('row', { name: /example\.com\/board/ })
  await page.goto(`${campaignUrl}/report`)
  await page
    .getByText(/^live$/i)
    .first()
    .waitFor()
  assert.equal(await row.count(), 0)
  // Who clicks within two seconds of the delivery is taken for a scanner; a person reads first.
  await page.waitForTimeout(2_500)
  const arrival = recipient.waitForRequest('https://example.com/board')
  // The destination need not be reachable from here; that the browser is sent there is enough.
  await recipient.goto(mail.click).catch(() => {})
  await arrival
  await row.waitFor({ timeout: 1_000 })
})

step('an unsubscribe takes a button, and the contact is suppressed', async () => {
  await recipient.goto(mail.unsubscribe)
  await page.goto(`${server.url}/contacts/suppressions`)
  await page.getByRole('textbox', { name: 'Search address' }).waitFor()
  assert.equal(await page.getByText(mail.address).count(), 0, 'a GET unsubscribed somebody')
  await recipient.getByRole('button', { name: /unsubscribe/i }).click()
  await page.reload()
  await page.getByText(mail.address).first().waitFor()
})

step('no page complained', async () => {
  assert.deepEqual(complaints, [])
})

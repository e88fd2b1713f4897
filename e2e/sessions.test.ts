import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let browser: Browser
const person = { email: 'ada@example.com', password: 'a long enough password' }

before(async () => {
  const opened = await openBrowser()
  if (!opened) throw new Error('The browser run needs Chromium: apt-get install chromium')
  browser = opened
  server = await startServer()
})

after(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

/** A browser of its own, with no cookies of the others. */
async function openPage(): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
  page.setDefaultTimeout(30_000)
  return page
}

async function signIn(page: Page, path = '/sign-in'): Promise<void> {
  await page.goto(server.url + path)
  await page.getByRole('textbox', { name: 'Email' }).fill(person.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const navigation = (page: Page) => page.getByRole('navigation', { name: 'Main' })

test('a session that is ended elsewhere leaves its page within a second, whatever page that is', async (context) => {
  const first = await openPage()
  await first.goto(server.setupLink)
  await first.getByLabel(/^Your name/).fill('Ada')
  await first.getByLabel(/^Email/).fill(person.email)
  await first.getByRole('textbox', { name: 'Password' }).fill(person.password)
  await first.getByLabel(/^Workspace/).fill('Northwind')
  await first.getByRole('button', { name: 'Create account' }).click()
  await navigation(first).waitFor()

  const second = await openPage()
  await signIn(second, '/contacts/fields')
  await navigation(second).waitFor()
  await second
    .getByRole('heading', { name: /fields/i })
    .first()
    .waitFor()

  await first.goto(`${server.url}/settings/sessions`)
  const table = first.getByRole('table', { name: 'Sessions' })
  await table.getByText('This browser').waitFor()
  await first.getByRole('button', { name: 'Sign out everywhere else' }).click()
  const ended = first
    .waitForResponse((reply) => reply.url().endsWith('/v1/sessions') && reply.request().method() === 'DELETE')
    .then(() => performance.now())
  const left = second.waitForURL(/\/sign-in/).then(() => performance.now())
  await first.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click()
  const told = first.getByText('One other session ended.').waitFor()

  const [endedAt, leftAt] = await Promise.all([ended, left, told])
  const tookMs = Math.round(leftAt - endedAt)
  context.diagnostic(`left ${tookMs} ms after the end`)
  assert.ok(tookMs < 1_000, `the page left ${tookMs} ms after its session had ended`)

  await second.getByRole('textbox', { name: 'Email' }).waitFor()
  assert.equal(await navigation(first).isVisible(), true, 'the page that it was done from stays')
})

test('after the sign-in a page goes on where it was, and never to another site', async () => {
  const page = await openPage()
  await signIn(page, `/sign-in?next=${encodeURIComponent('/contacts/lists')}`)
  await page.waitForURL(`${server.url}/contacts/lists`)
  for (const next of [
    '//evil.example',
    '/.//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:0',
  ]) {
    const other = await openPage()
    await signIn(other, `/sign-in?next=${encodeURIComponent(next)}`)
    await navigation(other).waitFor()
    assert.equal(other.url(), `${server.url}/`, next)
    await other.context().close()
  }
})

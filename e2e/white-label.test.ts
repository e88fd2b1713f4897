import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type NameServer, openNameServer } from '@fanfare/testkit'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type Server, startServer } from './server.ts'

const pictures = fileURLToPath(new URL('../dist/e2e/', import.meta.url))
const domain = 'console.northwind.example'
const password = 'a long enough password'
const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="60"><rect width="60" height="60" rx="12" fill="#0f766e"/><circle cx="30" cy="30" r="14" fill="#fff"/><path d="M80 18h150v10H80zM80 36h100v10H80z" fill="#0f766e"/></svg>`

let server: Server
let names: NameServer
let browser: Browser
let context: BrowserContext
let page: Page
const complaints: string[] = []

before(async () => {
  const opened = await openBrowser([`--host-resolver-rules=MAP ${domain} 127.0.0.1`])
  if (!opened) throw new Error('The browser run needs Chromium: apt-get install chromium')
  browser = opened
  names = await openNameServer()
  server = await startServer({ FANFARE_IDENTITY_DNS_SERVERS: names.address })
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
})

after(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
  await names?.[Symbol.asyncDispose]()
})

/** A step of the one story these tests tell. Its picture is kept when it fails, or always with PICTURES=1. */
function step(title: string, run: () => Promise<void>): void {
  test(title, async () => {
    const keep = async () => {
      await mkdir(pictures, { recursive: true })
      await page.screenshot({ path: `${pictures}${title.replace(/\W+/g, '-').slice(0, 60)}.png`, fullPage: true })
    }
    try {
      await run()
      if (process.env.PICTURES === '1') await keep()
    } catch (error) {
      await keep()
      throw error
    }
  })
}

const button = (name: string | RegExp) => page.getByRole('button', { name })
/** A required field's label ends with a star. */
const field = (name: string) => page.getByLabel(new RegExp(`^${name}( \\*)?$`))
type Styled = { getComputedStyle: (node: unknown) => { backgroundColor: string } }
const colourOf = (name: string) =>
  button(name).evaluate((node) => (globalThis as unknown as Styled).getComputedStyle(node).backgroundColor)

step('the look of a workspace begins as that of the product', async () => {
  await page.goto(server.setupLink)
  await field('Your name').fill('Ada')
  await field('Email').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await field('Workspace').fill('Northwind')
  await button('Create account').click()
  await page.getByRole('link', { name: 'Fanfare, home' }).waitFor()
  await page.goto(`${server.url}/settings/appearance`)
  await page.getByRole('heading', { name: 'Look of this workspace' }).waitFor()
  assert.equal(await button('Save the look').isDisabled(), true)
})

step('a colour that is hard to read is told and mended', async () => {
  await field('Product name').fill('Northwind Post')
  const accent = page.getByRole('textbox', { name: 'Accent colour' })
  await accent.fill('#2dd4bf')
  await accent.press('Escape')
  await page.getByText(/It is hard to read/).waitFor()
  await button('Save the look').click()
  await page.getByText(/is hard to read on white/).waitFor()
  await button(/^Use #\w{6} instead$/).click()
  await page.getByText(/It reads well/).waitFor()
  await accent.fill('#0f766e')
  await accent.press('Escape')
})

step('a logo is chosen and an icon dropped, and the preview shows them in light, dark and a mail', async () => {
  const logoGroup = page.getByRole('group', { name: 'Logo', exact: true })
  await logoGroup
    .locator('xpath=..')
    .locator('input[type=file]')
    .first()
    .setInputFiles({
      name: 'logo.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from(logo),
    })
  await page.getByRole('img', { name: 'Logo, as it is shown' }).waitFor()
  const dropped = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([${JSON.stringify(logo)}], 'icon.svg', { type: 'image/svg+xml' }))
    return transfer
  })()`)
  await page.getByRole('group', { name: 'Icon' }).dispatchEvent('drop', { dataTransfer: dropped })
  await page.getByRole('img', { name: 'Icon, as it is shown' }).waitFor()
  for (const view of ['Dark', 'Mail', 'Light']) {
    await page.getByText(view, { exact: true }).last().click()
    await page.getByRole('img', { name: /^Northwind Post in/ }).waitFor()
  }
})

step('a picture with a script is refused in words, and what is there stays', async () => {
  const logoGroup = page.getByRole('group', { name: 'Logo', exact: true })
  await logoGroup
    .locator('xpath=..')
    .locator('input[type=file]')
    .first()
    .setInputFiles({
      name: 'evil.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from(logo.replace('<rect', '<script>alert(1)</script><rect')),
    })
  await page.getByText('The picture holds a script').waitFor()
  await page.getByRole('img', { name: 'Logo, as it is shown' }).waitFor()
})

step('what is saved is worn by the shell, the tab and the buttons at once', async () => {
  await button('Save the look').click()
  await page.getByText('The look is saved.').waitFor()
  await page.getByRole('link', { name: 'Northwind Post, home' }).getByRole('img', { name: 'Northwind Post' }).waitFor()
  assert.equal(await page.title(), 'Settings · Northwind Post')
  assert.match((await page.locator('link[rel~=icon]').getAttribute('href')) ?? '', /^\/v1\/appearance\/pictures\//)
  await field('Product name').fill('Northwind Pos')
  assert.equal(await colourOf('Save the look'), 'rgb(15, 118, 110)')
})

step('it can be undone, reset, and undone again', async () => {
  await button('Undo the last change').click()
  await page.getByRole('link', { name: 'Fanfare, home' }).waitFor()
  await button('Undo the last change').isDisabled()
  await field('Product name').fill('Northwind Post')
  await button('Save the look').click()
  await page.getByRole('link', { name: 'Northwind Post, home' }).waitFor()
  await button('Reset to default').click()
  await page.getByRole('link', { name: 'Fanfare, home' }).waitFor()
  await button('Undo the last change').click()
  await page.getByRole('link', { name: 'Northwind Post, home' }).waitFor()
})

step('a domain is claimed, its record published and checked', async () => {
  await field('Domain').fill(domain)
  await button('Use this domain').click()
  await page.getByText('Not proven yet').waitFor()
  await button('Check the record').click()
  await page.getByText(/DNS does not show yet/).waitFor()
  const name = await page.getByLabel('Name', { exact: true }).first().inputValue()
  const value = await page.getByLabel('Value', { exact: true }).first().inputValue()
  names.zone = { txt: { [name]: [value] } }
  await button('Check the record').click()
  await page.getByText('Proven', { exact: true }).waitFor()
})

step('whoever comes by the domain sees the look before signing in, and signs in there', async () => {
  const custom = server.url.replace('127.0.0.1', domain)
  await page.goto(custom)
  await page.getByRole('heading', { name: 'Sign in to Northwind Post' }).waitFor()
  assert.match(await page.title(), /Northwind Post$/)
  await field('Email').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
})

step('and the one who signs in there finds the workspace', async () => {
  await button('Sign in').click()
  await page.getByRole('link', { name: 'Northwind Post, home' }).waitFor()
})

step('who runs the installation chooses the look of the sign-in page, and the workspace keeps its own', async () => {
  await page.goto(`${server.url}/sign-in`)
  await field('Email').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await button('Sign in').click()
  await page.getByRole('link', { name: 'Northwind Post, home' }).waitFor()
  await page.goto(`${server.url}/system`)
  const look = page.getByRole('region', { name: 'Look of the installation' })
  const name = look.getByLabel('Product name')
  const save = look.getByRole('button', { name: 'Save the look' })
  await name.fill('Agency')
  await save.click()
  await page.getByText('The look is saved.').waitFor()
  await page.getByRole('link', { name: 'Northwind Post, home' }).waitFor()
  const stranger = await browser.newContext()
  const theirs = await stranger.newPage()
  await theirs.goto(server.url)
  await theirs.getByRole('heading', { name: 'Sign in to Agency' }).waitFor()
  await stranger.close()
  await look.getByRole('button', { name: 'Reset to default' }).click()
  await page.getByText('Back to the default.').waitFor()
})

step('the address of the installation tells nothing of it', async () => {
  const stranger = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const theirs = await stranger.newPage()
  await theirs.goto(server.url)
  await theirs.getByRole('heading', { name: 'Sign in to Fanfare' }).waitFor()
  assert.ok(!(await theirs.content()).includes('Northwind'))
  await stranger.close()
})

test('no page failed on the way', () => {
  assert.deepEqual(complaints, [])
})

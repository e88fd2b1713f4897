import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let browser: Browser
let owner: Page
let guest: Page
const complaints: string[] = []
const password = 'a long enough password'

before(async () => {
  const opened = await openBrowser()
  if (!opened) throw new Error('The browser run needs Chromium: apt-get install chromium')
  browser = opened
  server = await startServer()
  owner = await openPage()
  guest = await openPage()
})

after(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

/** A page of a browser context of its own: another person at another machine. */
async function openPage(): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}

const field = (page: Page, name: string) => page.getByLabel(new RegExp(`^${name}( \\*)?$`))
const sections = (page: Page) => page.getByRole('navigation', { name: 'Settings' })
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

/** A call as the page makes it, in its session and workspace. */
async function call(page: Page, method: string, path: string, data?: unknown) {
  const workspace = await page.evaluate<string>("localStorage.getItem('fanfare.workspace')")
  const csrf = (await page.context().cookies()).find(({ name }) => name === 'fanfare_csrf')?.value ?? ''
  const reply = await page.request.fetch(server.url + path, {
    method,
    ...(data === undefined ? {} : { data }),
    headers: { 'fanfare-workspace': workspace, origin: server.url, 'fanfare-csrf': csrf },
  })
  return { status: reply.status(), body: await reply.json().catch(() => undefined) }
}

async function giveAccount(page: Page, email: string): Promise<void> {
  await field(page, 'Email').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${server.url}/sign-in`)
  await giveAccount(page, email)
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

async function chooseWorkspace(page: Page, name: string): Promise<void> {
  await button(page, 'Switch workspace').click()
  await page.getByRole('menuitem', { name: new RegExp(name) }).click()
  await button(page, 'Switch workspace').getByText(name).waitFor()
}

let link: string

test('an owner invites an address; without a mail server the link is handed out', async () => {
  await owner.goto(server.setupLink)
  await field(owner, 'Your name').fill('Ada')
  await field(owner, 'Email').fill('ada@example.com')
  await owner.getByRole('textbox', { name: 'Password' }).fill(password)
  await field(owner, 'Workspace').fill('Northwind')
  await button(owner, 'Create account').click()
  await owner.getByRole('navigation').first().getByRole('link', { name: 'Settings' }).click()
  await sections(owner).getByRole('link', { name: 'Members' }).click()
  await button(owner, 'Invite').click()
  await field(owner, 'Email').fill('grace@example.com')
  await owner.getByRole('dialog').getByRole('combobox', { name: 'Role' }).click()
  await owner.getByRole('option', { name: 'Admin' }).click()
  await button(owner, 'Send the invitation').click()
  await owner.getByText('No mail server is set').waitFor()
  link = await field(owner, 'Link of the invitation').inputValue()
  await button(owner, 'Done').click()
  await owner.getByRole('table', { name: 'Invitations' }).getByText('grace@example.com').waitFor()
})

test('the invited person makes an account in another browser and is in the workspace', async () => {
  await guest.goto(`${server.url}/sign-up`)
  await guest.getByText('Ask somebody who has a workspace here to invite you.').waitFor()
  await guest.goto(link)
  await guest.getByText(/Ada invites you to/).waitFor()
  assert.equal(await field(guest, 'Email').inputValue(), 'grace@example.com')
  await field(guest, 'Your name').fill('Grace')
  await guest.getByRole('textbox', { name: 'Password' }).fill(password)
  await button(guest, 'Create account and join').click()
  await button(guest, 'Switch workspace').getByText('Northwind').waitFor()
  await guest.goto(`${server.url}/contacts`)
  await guest
    .getByRole('link', { name: /Import/ })
    .first()
    .waitFor()
  assert.equal((await call(guest, 'POST', '/v1/lists', { name: 'By an admin' })).status, 201)
})

test('a role that is taken away hides what it allowed on the open page, and the server refuses it at once', async () => {
  await owner.reload()
  const row = owner.getByRole('table', { name: 'Members' }).getByRole('row', { name: /Grace/ })
  await row.getByRole('combobox', { name: 'Role of Grace' }).click()
  await owner.getByRole('option', { name: 'Viewer' }).click()
  await owner.getByText('Grace is viewer now.').waitFor()

  const refused = await call(guest, 'POST', '/v1/lists', { name: 'By a viewer' })
  assert.equal(refused.status, 403)
  assert.equal(refused.body.code, 'http.forbidden')
  assert.equal((await call(guest, 'GET', '/v1/invitations')).status, 403)
  await guest
    .getByRole('link', { name: /Import/ })
    .first()
    .waitFor({ state: 'detached' })
  await guest.getByRole('heading', { level: 1 }).waitFor()
  await guest.goto(`${server.url}/settings/members`)
  await guest.getByRole('table', { name: 'Members' }).getByText('ada@example.com').waitFor()
  assert.equal(await button(guest, 'Invite').count(), 0)
  assert.equal(await guest.getByRole('combobox', { name: /Role of/ }).count(), 0)
  assert.equal(await button(guest, /^Remove/).count(), 0)
  assert.equal(await sections(guest).getByRole('link', { name: 'API keys' }).count(), 0)
  await guest.goto(`${server.url}/settings/api-keys`)
  await guest.getByText('You are viewer in this workspace.').waitFor()
  await guest.goto(`${server.url}/settings/members`)
})

test('a team is made and filled by the keyboard', async () => {
  await button(owner, 'New team').focus()
  await owner.keyboard.press('Enter')
  await field(owner, 'Name').fill('Writers')
  await owner.keyboard.press('Enter')
  const people = owner.getByRole('combobox', { name: 'People of Writers' })
  await people.waitFor()
  await people.focus()
  await owner.keyboard.press('ArrowDown')
  await owner.keyboard.type('Gra')
  await owner.keyboard.press('ArrowDown')
  await owner.keyboard.press('Enter')
  await guest.reload()
  await guest
    .getByRole('table', { name: 'Teams' })
    .getByRole('row', { name: /Writers.*Grace/ })
    .waitFor()
})

test('the workspace is switched by the keyboard', async () => {
  assert.equal((await call(owner, 'POST', '/v1/workspaces', { name: 'Second' })).status, 201)
  await owner.reload()
  await button(owner, 'Switch workspace').focus()
  await owner.keyboard.press('Enter')
  await owner.getByRole('menuitem', { name: /Second/ }).waitFor()
  await owner.keyboard.press('ArrowDown')
  await owner.keyboard.press('ArrowDown')
  await owner.keyboard.press('Enter')
  await button(owner, 'Switch workspace').getByText('Second').waitFor()
  await chooseWorkspace(owner, 'Northwind')
})

test('an invited person who has an account joins with it, whoever is signed in there before', async () => {
  await chooseWorkspace(owner, 'Second')
  const { body } = await call(owner, 'POST', '/v1/invitations', { email: 'grace@example.com', role: 'viewer' })
  await chooseWorkspace(owner, 'Northwind')
  const shared = await openPage()
  await signIn(shared, 'ada@example.com')
  await shared.goto(body.link)
  await shared.getByText('You are signed in with another address').waitFor()
  await button(shared, 'Sign out and go on').click()
  await shared.getByRole('link', { name: 'Sign in' }).click()
  await giveAccount(shared, 'grace@example.com')
  await button(shared, 'Accept the invitation').click()
  await button(shared, 'Switch workspace').getByText('Second').waitFor()
  await shared.context().close()
})

test('an export is followed to its end and fetched, and the deletion of the workspace is undone', async () => {
  await owner.goto(`${server.url}/settings/workspace`)
  await button(owner, 'Export everything').click()
  const save = button(owner, 'Download')
  await save.waitFor()
  const [file] = await Promise.all([owner.waitForEvent('download'), save.click()])
  assert.match(file.suggestedFilename(), /^workspace-.*\.tar\.gz$/)

  await button(owner, 'Delete the workspace').click()
  await owner.getByLabel(/Type the name of the workspace/).fill('Northwind')
  await button(owner, 'Delete in 7 days').click()
  await owner.getByText(/This workspace will be deleted on/).waitFor()
  const halted = await call(owner, 'POST', '/v1/lists', { name: 'No' })
  assert.equal(halted.body.code, 'http.workspace_halted')
  await guest.reload()
  await guest.getByText('An owner can keep it.').waitFor()
  await button(owner, 'Keep the workspace').click()
  await owner.getByText('The workspace stays.').waitFor()
  assert.equal((await call(owner, 'POST', '/v1/lists', { name: 'Yes' })).status, 201)
})

test('usage shows what is used, and a person leaves the workspace', async () => {
  await owner.goto(`${server.url}/settings/usage`)
  const usage = owner.getByRole('list', { name: 'Usage' })
  await usage.getByText('Contacts').waitFor()
  await usage.getByText('Seats').waitFor()
  await guest.goto(`${server.url}/settings/members`)
  await button(guest, 'Leave').click()
  await button(guest, 'Leave the workspace').click()
  await button(guest, 'Switch workspace').getByText('Second').waitFor()
  await guest.goto(`${server.url}/settings/members`)
  await button(guest, 'Leave').click()
  await button(guest, 'Leave the workspace').click()
  await guest.getByRole('heading', { name: 'Make a workspace' }).waitFor()
  // The account is theirs all the same.
  await button(guest, 'Account of Grace').click()
  await guest.getByRole('menuitem', { name: 'Profile' }).click()
  await button(guest, 'Delete the account').waitFor()
  assert.deepEqual(complaints, [])
})

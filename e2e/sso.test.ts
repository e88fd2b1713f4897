import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type OpenidProvider, openOpenidProvider } from '@fanfare/identity/test/openid-provider'
import { client, openVendorDouble, type VendorDouble } from '@fanfare/identity/test/vendor-doubles'
import { type NameServer, openNameServer } from '@fanfare/testkit'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type Server, startServer } from './server.ts'

/** Where a step that fails leaves its picture; with SHOW=1 every step leaves one. */
const pictures = fileURLToPath(new URL('../dist/e2e/sso/', import.meta.url))
const domain = 'northwind.example'
const password = 'a long enough password'

let server: Server
let names: NameServer
let github: VendorDouble
let provider: OpenidProvider
let browser: Browser
/** The owner's window, and that of somebody of the company whom nobody has invited. */
let owner: Page
let member: Page
const complaints: string[] = []

before(async () => {
  const opened = await openBrowser()
  if (!opened) throw new Error('The browser run needs Chromium: apt-get install chromium')
  browser = opened
  names = await openNameServer()
  github = await openVendorDouble('github')
  server = await startServer({
    FANFARE_IDENTITY_ALLOW_PRIVATE_ISSUERS: 'true',
    FANFARE_IDENTITY_DNS_SERVERS: names.address,
    FANFARE_IDENTITY_GITHUB_CLIENT_ID: client.id,
    FANFARE_IDENTITY_GITHUB_CLIENT_SECRET: client.secret,
    FANFARE_IDENTITY_GITHUB_URL: github.url,
  })
  owner = await openPage()
  member = await openPage()
})

after(async () => {
  await browser?.close()
  for (const opened of [server, provider, github, names]) await opened?.[Symbol.asyncDispose]()
})

async function openPage(): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}

function step(title: string, page: () => Page, run: (page: Page) => Promise<void>): void {
  test(title, async () => {
    const picture = async () => {
      await mkdir(pictures, { recursive: true })
      await page().screenshot({ path: `${pictures}${title.replace(/\W+/g, '-').slice(0, 60)}.png`, fullPage: true })
    }
    try {
      await run(page())
    } catch (error) {
      await picture()
      throw error
    }
    if (process.env.SHOW === '1') await picture()
  })
}

/** A required field's label ends with a star. */
const field = (page: Page, name: string) => page.getByLabel(new RegExp(`^${name}( \\*)?$`))
const navigation = (page: Page) => page.getByRole('navigation').first().getByRole('link', { name: 'Contacts' })

step(
  'the owner sets the single sign-on, whose issuer must answer',
  () => owner,
  async (page) => {
    await page.goto(server.setupLink)
    await field(page, 'Your name').fill('Ada')
    await field(page, 'Email').fill('ada@example.com')
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await field(page, 'Workspace').fill('Northwind')
    await page.getByRole('button', { name: 'Create account' }).click()
    await navigation(page).waitFor()
    await page.goto(`${server.url}/settings/single-sign-on`)
    const redirectUri = await page.getByLabel(/^Redirect URI/).inputValue()
    provider = await openOpenidProvider({
      person: { subject: 'grace', email: `grace@${domain}`, emailVerified: true, name: 'Grace Hopper' },
      redirectUris: [redirectUri],
    })
    await field(page, 'Issuer').fill(`${provider.issuer}/wrong`)
    await field(page, 'Client id').fill(provider.clientId)
    await field(page, 'Client secret').fill(provider.clientSecret)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'cannot be used as an issuer' }).waitFor()
    await field(page, 'Issuer').fill(provider.issuer)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('The issuer has answered').waitFor()
    await page.getByRole('button', { name: 'Test connection' }).click()
    await page.getByText('The issuer answers').waitFor()
    await page.reload()
    assert.equal(await field(page, 'Issuer').inputValue(), provider.issuer)
    assert.equal(await page.getByLabel('Client secret').first().inputValue(), '')
  },
)

step(
  'the owner proves the domain with the record that is shown',
  () => owner,
  async (page) => {
    await field(page, 'Domain').fill(domain)
    await page.getByRole('button', { name: 'Add domain' }).click()
    const shown = page.getByRole('listitem', { name: domain })
    await shown.getByText('Not verified').waitFor()
    await page.getByRole('button', { name: `Verify ${domain}` }).click()
    await page.getByText('has no TXT record yet').waitFor()
    const shownValue = (label: string) => shown.getByLabel(label, { exact: true }).inputValue()
    names.zone = { txt: { [await shownValue('Name')]: [await shownValue('Value')] } }
    await page.getByRole('button', { name: `Verify ${domain}` }).click()
    await shown.getByText('Verified', { exact: true }).waitFor()
  },
)

step(
  'somebody of the company types their address, signs in at the issuer and is in, where they wanted to go',
  () => member,
  async (page) => {
    await page.goto(`${server.url}/contacts/lists`)
    await field(page, 'Email').fill(`grace@${domain}`)
    await page.getByRole('button', { name: 'Continue with single sign-on' }).click()
    await page.getByRole('heading', { name: 'Company sign-in' }).waitFor()
    await page.getByRole('button', { name: 'Continue as Grace Hopper' }).click()
    await page.waitForURL(`${server.url}/contacts/lists`)
    await page.getByRole('button', { name: 'Account of Grace Hopper' }).waitFor()
    // A viewer, as the default role is: no settings of the single sign-on.
    await page.goto(`${server.url}/settings`)
    const sections = page.getByRole('navigation', { name: 'Settings' })
    await sections.getByRole('link', { name: 'Members' }).click()
    await page.getByRole('table', { name: 'Members' }).getByText(`grace@${domain}`).waitFor()
    assert.equal(await sections.getByRole('link', { name: 'Single sign-on' }).count(), 0)
  },
)

step(
  'an account elsewhere with another address is linked in the profile',
  () => member,
  async (page) => {
    github.answers = {
      '/user': {
        id: 583_231,
        login: 'octocat',
        name: 'Grace',
        avatar_url: 'https://github.com/images/error/octocat.gif',
      },
      '/user/emails': [{ email: 'grace@private.example', primary: true, verified: true, visibility: null }],
    }
    await page.goto(`${server.url}/settings/profile`)
    await page.getByRole('button', { name: 'Link GitHub', exact: true }).click()
    await page.getByRole('table', { name: 'Linked accounts' }).getByText('grace@private.example').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Link GitHub', exact: true }).count(), 0)
  },
)

step(
  'and signs in from then on, by its button on the sign-in page',
  () => member,
  async (page) => {
    await page.getByRole('button', { name: 'Account of Grace Hopper' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Continue with GitHub' }).click()
    await page.getByRole('button', { name: 'Account of Grace Hopper' }).waitFor()
  },
)

step(
  'a stranger whom the provider names comes back to the sign-in page, which says why',
  () => member,
  async (page) => {
    github.answers = {
      '/user': { id: 1, login: 'stranger' },
      '/user/emails': [{ email: 'ada@example.com', primary: true, verified: false, visibility: null }],
    }
    await page.getByRole('button', { name: 'Account of Grace Hopper' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Continue with GitHub' }).click()
    await page.getByRole('alert').filter({ hasText: 'No account opens with this sign-in' }).waitFor()
  },
)

step(
  'where the workspace requires it, the sign-in page says so of the domain',
  () => owner,
  async (page) => {
    await page.goto(`${server.url}/settings/single-sign-on`)
    await page.getByRole('switch', { name: 'Require it' }).check({ force: true })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('The issuer has answered').waitFor()
    await member.goto(`${server.url}/sign-in`)
    await field(member, 'Email').fill(`anybody@${domain}`)
    await member.getByText(`Addresses of ${domain} sign in with single sign-on.`).waitFor()
    if (process.env.SHOW === '1') await member.screenshot({ path: `${pictures}sign-in-required.png` })
    await member.getByRole('button', { name: 'Continue with GitHub' }).click()
    await member.getByRole('alert').waitFor()
  },
)

test('no page complained', () => {
  assert.deepEqual(complaints, [])
})

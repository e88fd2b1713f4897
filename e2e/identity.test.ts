import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { generateSync } from 'otplib'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { freePort, type Server, startServer } from './server.ts'

/** Where a step that fails leaves its picture; with SHOW=1 every step leaves one. */
const pictures = fileURLToPath(new URL('../dist/e2e/identity/', import.meta.url))
const email = 'ada@example.com'
const password = 'a long enough password'

let server: Server
/** A name, not an address: passkeys have a home on names only. */
let origin: string
let browser: Browser
let page: Page
let secret: string
let recoveryCode: string
const complaints: string[] = []

before(async () => {
  const opened = await openBrowser()
  if (!opened) throw new Error('The browser run needs Chromium: apt-get install chromium')
  browser = opened
  const port = await freePort()
  origin = `http://localhost:${port}`
  server = await startServer({ FANFARE_PORT: String(port), FANFARE_PUBLIC_URL: origin })
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
})

after(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

let steps = 0
/** Each step begins where the one before has ended. */
let isBroken = false

function step(title: string, run: () => Promise<void>): void {
  test(title, async (context) => {
    if (isBroken) return context.skip('an earlier step failed')
    steps += 1
    const take = () => picture(title)
    await run().catch(async (error: unknown) => {
      isBroken = true
      await take()
      throw error
    })
    if (process.env.SHOW === '1') await take()
  })
}

async function picture(title: string): Promise<void> {
  await mkdir(pictures, { recursive: true })
  const name = `${String(steps).padStart(2, '0')}-${title.replace(/\W+/g, '-').slice(0, 60)}`
  await page.screenshot({ path: `${pictures}${name}.png`, fullPage: true })
}

const button = (name: string | RegExp) => page.getByRole('button', { name })
/** A required field's label ends with a star. */
const field = (name: string) => page.getByLabel(new RegExp(`^${name}( \\*)?$`))
const signedIn = () => page.getByRole('navigation').first().getByRole('link', { name: 'Contacts' }).waitFor()

async function signOut(): Promise<void> {
  await button(/^Account of/).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
}

async function givePassword(): Promise<void> {
  await field('Email').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

step('the owner is set up at the public URL', async () => {
  await page.goto(server.setupLink)
  assert.equal(new URL(page.url()).origin, origin)
  await field('Your name').fill('Ada')
  await field('Email').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await field('Workspace').fill('Northwind')
  await button('Create account').click()
  await signedIn()
})

step('the security settings say that the password alone opens the account', async () => {
  await page.goto(`${origin}/settings/security`)
  await page.getByText('Your password alone opens your account').waitFor()
})

step('an authenticator app is added by its QR code or its key', async () => {
  await button('Add a factor').click()
  await page.getByRole('menuitem', { name: /^Authenticator app/ }).click()
  await field('Name').fill('My phone')
  await button('Show the QR code').click()
  await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
  secret = (await page.getByLabel('Key', { exact: true }).inputValue()).replaceAll(' ', '')
  assert.match(secret, /^[A-Z2-7]{32}$/)
  await picture('the QR code')
})

step('its first code brings ten recovery codes, to copy and to download', async () => {
  await field('Code').fill(generateSync({ secret }))
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await codes.first().waitFor()
  assert.equal(await codes.count(), 10)
  recoveryCode = (await codes.first().innerText()).trim()
  const [download] = await Promise.all([page.waitForEvent('download'), button('Download').click()])
  assert.equal(download.suggestedFilename(), 'fanfare-recovery-codes.txt')
  await picture('the recovery codes')
  await button('I have them').click()
  await page.getByRole('cell', { name: 'My phone', exact: true }).waitFor()
  await page.getByText('10 codes are left.').waitFor()
})

step('the password alone leads to the second step and no further', async () => {
  await signOut()
  await givePassword()
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
  await page.goto(`${origin}/contacts`)
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
})

step('a wrong code is refused, and the next one of the app opens the account where it was asked for', async () => {
  // The code that added the app is used up, and the one after it is taken half a minute early.
  const next = generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + 30 })
  await field('Code').fill(next === '000000' ? '000001' : '000000')
  await button('Continue').click()
  await page
    .getByRole('alert')
    .getByText(/does not match/)
    .waitFor()
  await picture('a wrong code')
  await field('Code').fill(next)
  await button('Continue').click()
  await signedIn()
  assert.equal(new URL(page.url()).pathname, '/contacts')
})

step('a recovery code stands in for the app', async () => {
  await signOut()
  await givePassword()
  await button('Use a recovery code').click()
  await field('Recovery code').fill(recoveryCode.toUpperCase())
  await button('Continue').click()
  await signedIn()
  await page.goto(`${origin}/settings/security`)
  await page.getByText('9 codes are left.').waitFor()
})

step('a passkey is added, and signs in without an address or a password', async () => {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await button('Add a factor').click()
  await page.getByRole('menuitem', { name: /^Passkey/ }).click()
  await field('Name').fill('Laptop')
  await button('Make a passkey').click()
  await page.getByRole('cell', { name: 'Laptop', exact: true }).waitFor()
  await picture('two factors')

  await signOut()
  await button('Use a passkey').click()
  await signedIn()
})

step('the passkey also finishes a sign-in that began with the password', async () => {
  await signOut()
  await givePassword()
  await button('Continue with a passkey').click()
  await signedIn()
})

step('what wants a fresh proof asks for it where one is, and goes on by itself', async () => {
  await page.goto(`${origin}/settings/security`)
  // Ten minutes are long: the first answer says what the server says after them.
  await page.route(
    '**/v1/recovery-codes',
    (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          title: 'Prove that it is you',
          status: 403,
          code: 'http.proof_needed',
          retryable: false,
        }),
      }),
    { times: 1 },
  )
  await button('New codes').click()
  await button('Make new codes').click()
  const dialog = page.getByRole('dialog', { name: 'Prove that it is you' })
  await dialog.waitFor()
  await picture('prove that it is you')
  await dialog.getByRole('button', { name: 'Continue with a passkey' }).click()
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await codes.first().waitFor()
  await button('I have them').click()
  await page.getByText('10 codes are left.').waitFor()
})

step('a factor is renamed and removed', async () => {
  await button('Rename Laptop').click()
  await field('Name').fill('Old laptop')
  await button('Save').click()
  await page.getByRole('cell', { name: 'Old laptop', exact: true }).waitFor()
  await button('Remove Old laptop').click()
  await button('Remove factor').click()
  await page.getByRole('cell', { name: 'Old laptop', exact: true }).waitFor({ state: 'detached' })
})

step('the pages complained about nothing', async () => {
  assert.deepEqual(complaints, [])
})

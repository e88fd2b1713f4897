import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageHeaders, pageHeadersFor, preferencesPage, unsubscribePage } from './pages.ts'

const plain = { productName: 'Fanfare', accentColor: '#5b4fcf', logoUrl: null, logoDarkUrl: null }
const logoUrl = 'https://mail.acme.example/v1/appearance/pictures/one'
const preferences = { email: '<b>ada@example.com', subscribed: true, lists: [] }

test('a page has the name and the colour of its workspace, and the product is not named', () => {
  assert.doesNotMatch(unsubscribePage(plain), /Fanfare/)
  const page = unsubscribePage({ ...plain, productName: '<i>Acme</i>', accentColor: '#0a7d32' })
  assert.match(page, /&lt;i&gt;Acme&lt;\/i&gt;/)
  assert.match(page, /button\{background:#0a7d32\}/)
})

test('a logo is shown, in the dark another one, and nothing else of that site may be loaded', () => {
  const look = { ...plain, productName: 'Acme', logoUrl, logoDarkUrl: `${logoUrl}-dark` }
  const page = preferencesPage(preferences, look)
  assert.match(page, /<img src="https:\/\/mail\.acme\.example\/v1\/appearance\/pictures\/one" alt="Acme"/)
  assert.match(page, /<source srcset="[^"]+one-dark" media="\(prefers-color-scheme:dark\)">/)
  assert.match(page, /&lt;b&gt;ada@example\.com/)
  const policy = pageHeadersFor(look)['content-security-policy'] ?? ''
  assert.match(policy, /^default-src 'none';.*;img-src https:\/\/mail\.acme\.example$/)
  assert.deepEqual(pageHeadersFor(plain), pageHeaders)
})

test('a page is readable without a look', () => {
  assert.match(unsubscribePage(undefined), /<h1>Unsubscribe\?<\/h1>/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMarks, fillLinks, isWebUrl, linkIdsIn, trackLinks } from './links.ts'

const tracked = (html: string) => trackLinks(html, 'seed').links.map((link) => link.url)

const table: [title: string, html: string, urls: string[]][] = [
  ['a quoted address', '<a href="https://a.example/x">x</a>', ['https://a.example/x']],
  [
    'single quotes, spaces, capitals and other attributes',
    "<A class='b>c' HREF = 'http://a.example/'>",
    ['http://a.example/'],
  ],
  ['no quotes', '<a href=https://a.example/x>x</a>', ['https://a.example/x']],
  ['an entity in the address', '<a href="https://a.example/?a=1&amp;b=2">x</a>', ['https://a.example/?a=1&b=2']],
  [
    'an ampersand that is no entity',
    '<a href="https://a.example/?a=1&copy=2">x</a>',
    ['https://a.example/?a=1&copy=2'],
  ],
  ['an image map', '<area href="https://a.example/">', ['https://a.example/']],
  [
    'the same address twice is one link',
    '<a href="https://a.example/"></a><a href="https://a.example/"></a>',
    ['https://a.example/'],
  ],
  ['a merge tag in the path', '<a href="https://a.example/{{id}}">x</a>', []],
  ['a merge tag as the whole', '<a href="{{unsubscribe_url}}">x</a>', []],
  ['mailto and tel', '<a href="mailto:a@b.example"></a><a href="tel:+1">', []],
  ['javascript', '<a href="javascript:alert(1)">x</a>', []],
  ['a password in the address', '<a href="https://user:pass@a.example/">x</a>', []],
  ['an anchor and a relative address', '<a href="#top"></a><a href="/x"></a>', []],
  ['other tags', '<abbr href="https://a.example/"><link href="https://a.example/"><img src="https://a.example/">', []],
  ['an attribute that only ends in href', '<a data-href="https://a.example/">', []],
  ['a tag that never ends', '<a href="https://a.example/" ', []],
]

for (const [title, html, urls] of table) {
  test(`${title}: ${urls.length} tracked`, () => assert.deepEqual(tracked(html), urls))
}

test('a tracked link keeps everything around it and gets the recipient’s own address', () => {
  const html = '<p><a class="x" href="https://a.example/?q=1" target=_blank>go</a> & <a href="mailto:a@b">m</a></p>'
  const { html: frozen, links } = trackLinks(html, 'seed')
  const [link] = links
  const filled = fillLinks(frozen, (id) => (id === link?.id ? 'https://t.example/c/TOKEN' : undefined))
  assert.equal(filled, html.replace('https://a.example/?q=1', 'https://t.example/c/TOKEN'))
})

test('link ids are the same whenever the same campaign is prepared, and others for another', () => {
  const html = '<a href="https://a.example/">'
  assert.equal(trackLinks(html, 'one').links[0]?.id, trackLinks(html, 'one').links[0]?.id)
  assert.notEqual(trackLinks(html, 'one').links[0]?.id, trackLinks(html, 'two').links[0]?.id)
})

test('a contact’s text that looks like a placeholder is left alone', () => {
  assert.equal(
    fillLinks('fanfare-link:0123456789abcdef', () => undefined),
    'fanfare-link:0123456789abcdef',
  )
})

test('the pixel and the link for machines go to the end of the body, or of a text without one', () => {
  assert.match(addMarks('<html><BODY>x</BODY></html>'), /x<img [^>]+><a [^>]+><\/a><\/BODY>/)
  assert.match(addMarks('x'), /^x<img /)
  assert.equal(fillLinks(addMarks('x'), (id) => (id === 'open' ? 'u' : undefined)).includes('src="u"'), true)
})

test('the ids of links are found once each, that of the link for machines among them', () => {
  const { html, links } = trackLinks('<a href="https://a.example"></a><a href="https://a.example"></a>', 'seed')
  assert.deepEqual(linkIdsIn(addMarks(html)), [links[0]?.id, '0000000000000000'])
})

test('only http and https addresses are web addresses', () => {
  for (const url of ['https://a.example', 'http://[::1]:8080/x?y#z']) assert.equal(isWebUrl(url), true, url)
  const refused = [
    'javascript:alert(1)',
    'data:text/html,x',
    '//a.example',
    '/x',
    'https://u:p@a.example',
    'https:\\\\a.example',
  ]
  for (const url of [...refused, 'https://a.example/\r\nx', 'java\tscript:x', ''])
    assert.equal(isWebUrl(url), false, url)
})

test('a hundred thousand unclosed tags take no time worth speaking of', () => {
  assert.deepEqual(tracked('<a "'.repeat(200_000)), [])
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemFields } from '../src/contract.ts'
import { compileDraft } from '../src/draft/compile.ts'
import { starters } from '../src/starters.ts'
import { compileTemplate } from '../src/template.ts'
import { buildDraft, buildHtmlDraft, soundBody } from './factories.ts'

const fields = new Set(['first_name', 'email', 'company', ...systemFields])
const partials = {
  footer: '<mj-section><mj-column>\n<mj-text>{{sender_address}}</mj-text>\n</mj-column></mj-section>',
  loop: '{{> loop}}',
}
const compile = (draft: Parameters<typeof compileDraft>[0]) => compileDraft(draft, { fields, partials })

test('a sound draft has no findings', async () => {
  assert.deepEqual((await compile(buildDraft())).findings, [])
})

describe('a draft is told', () => {
  type Row = [
    title: string,
    draft: Parameters<typeof buildDraft>[0],
    found: [code: string, where: string, line: number | null][],
  ]
  const html = (fragment: string) => buildHtmlDraft(fragment)
  const table: Row[] = [
    ['a field nobody has', html('\n{{nickname}}'), [['unknown_field', 'body', 2]]],
    ['a field of a section nobody has', html('{{#vip}}x{{/vip}}'), [['unknown_field', 'body', 1]]],
    ['a prototype as a field', html('{{constructor}}'), [['unknown_field', 'body', 1]]],
    ['a field in the subject', { subject: 'For {{nickname}}' }, [['unknown_field', 'subject', 1]]],
    ['a section that is not closed', html('\n\n{{#company}}x'), [['unclosed_section', 'body', 3]]],
    ['a section closed that is not open', html('x{{/company}}'), [['unclosed_section', 'body', 1]]],
    [
      'a tag that is not closed',
      html('\n{{company'),
      [
        ['unclosed_tag', 'body', 2],
        ['missing_unsubscribe', 'body', null],
      ],
    ],
    ['a tag at the end that is not closed', { preheader: 'x {{company' }, [['unclosed_tag', 'preheader', 1]]],
    ['other delimiters', html('{{=<% %>=}}'), [['delimiters', 'body', 1]]],
    ['a raw value', html('{{{company}}}'), [['raw_value', 'body', 1]]],
    ['a missing unsubscribe link', { format: 'html', body: '<p>Hello</p>' }, [['missing_unsubscribe', 'body', null]]],
    [
      'an unsubscribe link in a comment',
      { format: 'html', body: '<p>Hello</p><!-- <a href="{{unsubscribe_url}}">x</a> -->' },
      [['missing_unsubscribe', 'body', null]],
    ],
    ['an empty subject', { subject: ' \t ' }, [['empty_subject', 'subject', 1]]],
    ['a line break in the subject', { subject: 'a\r\nBcc: x' }, [['line_break', 'subject', 1]]],
    [
      'a body without text',
      { format: 'html', body: '<img alt="" src="https://example.com/a.png">' },
      [
        ['missing_unsubscribe', 'body', null],
        ['empty_text', 'body', null],
      ],
    ],
    ['an image without alt', html('<img src="https://example.com/a.png">'), [['image_without_alt', 'body', 1]]],
    ['a script', html('\n<script>alert(1)</script>'), [['refused_tag', 'body', 2]]],
    ['a form', html('<form></form>'), [['refused_tag', 'body', 1]]],
    ['a frame', html('<iframe></iframe>'), [['refused_tag', 'body', 1]]],
    ['a handler', html('<b onclick="x()">y</b>'), [['refused_attribute', 'body', 1]]],
    ['a field in a style', html('<b style="color:{{company}}">y</b>'), [['field_in_style', 'body', 1]]],
    ['an unknown partial', html('\n{{> header}}'), [['unknown_partial', 'body', 2]]],
    ['a partial inside itself', html('{{> loop}}'), [['partial_loop', 'body', 1]]],
    [
      'an unknown MJML element',
      { body: soundBody.replace('<mj-text>Hello', '<mj-foo>x</mj-foo>\n<mj-text>Hello') },
      [['invalid_mjml', 'body', 5]],
    ],
    [
      'an include of a file',
      { body: soundBody.replace('<mj-section>', '<mj-include path="/etc/passwd" /><mj-section>') },
      [['refused_tag', 'body', 3]],
    ],
    [
      'a button without a link',
      { body: soundBody.replace(' href="https://example.com/offer"', '') },
      [['broken_link', 'body', 6]],
    ],
    [
      'a section tag that MJML drops',
      {
        body: soundBody
          .replace('<mj-section>', '{{#company}}<mj-section>')
          .replace('</mj-section>', '</mj-section>{{/company}}'),
      },
      [
        ['lost_tag', 'body', 3],
        ['lost_tag', 'body', 9],
      ],
    ],
    ['a body that is not MJML', { body: 'just words' }, [['invalid_mjml', 'body', null]]],
    [
      'a link that reads as another site',
      html('<a href="https://evil.example/login">https://<b>bank.example</b>/login</a>'),
      [['misleading_link', 'body', null]],
    ],
    [
      'a link that reads as its own site, and one in words',
      html('<a href="https://news.shop.example/x?a=1">www.shop.example</a> <a href="https://a.example">Read more</a>'),
      [],
    ],
    ['a subject in capitals', { subject: 'LAST CHANCE TO SAVE {{first_name}}' }, [['shouted_subject', 'subject', 1]]],
    ['a subject of exclamation marks', { subject: 'Now! Only today!' }, [['shouted_subject', 'subject', 1]]],
    ['a subject with a name in capitals', { subject: 'NASA and you!' }, []],
    ['more than Gmail shows', html(`<p>${'long text '.repeat(12_000)}</p>`), [['clipped', 'body', null]]],
  ]
  for (const [title, draft, expected] of table) {
    test(title, async () => {
      const { findings } = await compile(buildDraft(draft))
      assert.deepEqual(
        findings.map(({ code, where, line }) => [code, where, line]),
        expected,
      )
    })
  }
})

describe('a link', () => {
  const refused = [
    '',
    '#',
    '/relative',
    'example.com',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,x',
    'ftp://example.com/',
    'https://',
    'https://example.com@evil.example/',
    'https://example.com\\@evil.example/',
    '{{company}}',
    '{{{company}}}',
    '{{company}}{{unsubscribe_url}}',
    'https://{{company}}/',
    'https://{{company}}.example.com/',
    'https://example.com{{company}}',
    'https://example.com:{{company}}/',
    '{{company}}://example.com/',
    '//{{company}}/',
    '{{unsubscribe_url}}.evil.example',
  ]
  for (const url of refused) {
    test(`to ${JSON.stringify(url)} is broken`, async () => {
      const { findings } = await compile(buildHtmlDraft(`<a href="${url}">x</a>`))
      assert.deepEqual(
        findings.filter(({ level }) => level === 'error').map(({ code }) => code),
        ['broken_link'],
      )
    })
  }
  const allowed = [
    'https://example.com',
    'http://example.com/a?b=c#d',
    'mailto:{{email}}',
    'tel:+4940123',
    '{{unsubscribe_url}}',
    '{{ preferences_url }}',
    '{{{unsubscribe_url}}}',
    'https://example.com/{{company}}?e={{email}}#{{first_name|x}}',
  ]
  for (const url of allowed) {
    test(`to ${url} is sound`, async () => {
      const { findings } = await compile(buildHtmlDraft(`<a href="${url}">x</a>`))
      assert.deepEqual(
        findings.filter(({ level }) => level === 'error'),
        [],
      )
    })
  }
})

test('a field inside a link is encoded for it, in HTML and in text', async () => {
  const { html, text } = await compile(
    buildHtmlDraft('<a href="https://example.com/?e={{email}}&n={{first_name|A & B}}">x</a>'),
  )
  const values = { email: `a+b'"<&@example.com` }
  const query = 'e=a%2Bb%27%22%3C%26%40example.com'
  assert.match(compileTemplate(html).render(values), new RegExp(`\\?${query}&amp;n=A%20%26%20B"`))
  assert.ok(compileTemplate(text, { escape: 'none' }).render(values).includes(`?${query}&n=A%20%26%20B>`))
})

test('the text holds the words and the links of the HTML, with their fields', async () => {
  const { text } = await compile(buildDraft())
  assert.equal(
    text,
    'Hello {{first_name|friend}}\n\nLook <https://example.com/offer>\n\n{{sender_address}} Unsubscribe <{{unsubscribe_url}}>',
  )
})

test('braces written as entities are text', async () => {
  const { html, text, findings } = await compile(buildHtmlDraft('<p>[&#123;&#123;company}} {&lcub;{first_name}}]</p>'))
  assert.deepEqual(findings, [])
  const values = { company: 'X', first_name: 'Y' }
  assert.match(compileTemplate(html).render(values), /\[\{&#123;company\}\} \{&#123;\{first_name\}\}\]/)
  assert.match(compileTemplate(text, { escape: 'none' }).render(values), /\[\{\{company\}\} \{\{\{first_name\}\}\]/)
})

test('the preheader stands hidden at the beginning of the HTML and is no part of the text', async () => {
  const { html, text } = await compile(buildDraft({ preheader: `Hi {{first_name|it's}} <b>` }))
  assert.match(
    html,
    /<body[^>]*><div class="ff-preheader" style="display:none[^>]*>Hi \{\{first_name\|it's\}\} &lt;b&gt;/,
  )
  assert.ok(!text.includes('Hi {{first_name'))
})

test('columns keep their tables for Outlook', async () => {
  const { html } = await compile(buildDraft())
  assert.match(html, /<!--\[if mso \| IE\]><table [^\0]*?<!\[endif\]-->/)
})

test('partials become a part of the MJML', async () => {
  const body = soundBody.replace('</mj-section>', '</mj-section>\n{{> footer}}')
  const { html, findings } = await compile(buildDraft({ body }))
  assert.deepEqual(findings, [])
  assert.equal(html.split('{{sender_address}}').length, 3)
})

test('names of all texts are listed once', async () => {
  const { fields: names } = await compile(buildDraft({ preheader: '{{company}}' }))
  assert.deepEqual(names.toSorted(), ['company', 'first_name', 'sender_address', 'unsubscribe_url'])
})

describe('a starter', () => {
  for (const { key, draft } of starters) {
    test(`${key} has no findings and says who sends it and how to leave`, async () => {
      const { findings, fields: names } = await compile(draft)
      assert.deepEqual(findings, [])
      for (const name of ['sender_address', 'unsubscribe_url', 'preferences_url']) assert.ok(names.includes(name))
    })
  }
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { corpus } from '@fanfare/testkit'
import { Parser } from 'htmlparser2'
import { systemFields } from '../src/contract.ts'
import { type CompiledDraft, compileDraft } from '../src/draft/compile.ts'
import { compileTemplate, type TemplateValues } from '../src/template.ts'
import { buildDraft, buildHtmlDraft } from './factories.ts'

const context = { fields: new Set(['first_name', ...systemFields]), partials: {} }

/** Every tag with its attributes, and all text, as a reader parses them. */
function parse(html: string) {
  const tags: string[] = []
  const attributes: [name: string, value: string][] = []
  let text = ''
  const parser = new Parser(
    {
      onopentag: (name, found) => {
        tags.push(name)
        attributes.push(...Object.entries(found))
      },
      ontext: (part) => {
        text += part
      },
    },
    { decodeEntities: true },
  )
  parser.end(html)
  return { tags, attributes, text }
}

function assertHarmless(html: string) {
  const { tags, attributes } = parse(html)
  const dangerous = [
    'script',
    'iframe',
    'object',
    'embed',
    'form',
    'input',
    'button',
    'svg',
    'math',
    'link',
    'base',
    'video',
    'audio',
    'template',
    'noscript',
  ]
  assert.deepEqual(
    tags.filter((tag) => dangerous.includes(tag)),
    [],
    html,
  )
  assert.deepEqual(
    attributes.filter(([name]) => name.startsWith('on') || name === 'srcdoc' || name === 'formaction'),
    [],
    html,
  )
  const addresses = attributes.filter(([name]) => name === 'href' || name === 'src' || name === 'background')
  for (const [, value] of addresses)
    assert.doesNotMatch(value.replace(/[\0-\x20]/g, ''), /^(javascript|data|vbscript):/i, html)
  for (const [name, value] of attributes)
    if (name === 'style') assert.doesNotMatch(value, /expression|javascript:|url\((?!['"]?https?:)/i)
}

/** The HTML as a preview shows it. */
function show({ html, readable }: CompiledDraft, values: TemplateValues): string {
  return readable ? compileTemplate(html).render(values) : html
}

const attacks = [
  '<script>alert(1)</script>',
  '<ScRiPt >alert(1)</sCrIpT>',
  '<script src=//evil.example/x.js></script>',
  '<<script>script>alert(1)<</script>/script>',
  '<img src=x onerror=alert(1)>',
  '<img src="x"onerror=alert(1)//',
  '<a href="java&#x09;script:alert(1)">x</a>',
  '<a href="&#106;avascript:alert(1)">x</a>',
  '<a href=" javascript:alert(1)">x</a>',
  '<svg><script>alert(1)</script></svg>',
  '<svg/onload=alert(1)>',
  '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<style><img src="</style><img src=x onerror=alert(1)>">',
  '<style>@import url(//evil.example/a.css); a{background:url(javascript:alert(1))}</style>',
  '<p style="background:url(javascript:alert(1))">x</p>',
  '<p style="width:expression(alert(1))">x</p>',
  '<p style="x:\\65xpression(alert(1))">x</p>',
  '<template><script>alert(1)</script></template>',
  '<xmp><script>alert(1)</script></xmp>',
  '<title><script>alert(1)</script></title>',
  '<textarea><script>alert(1)</script></textarea>',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<base href="https://evil.example/">',
  '<form action="https://evil.example/"><button formaction="javascript:alert(1)">x</button></form>',
  '<!--[if mso]><script>alert(1)</script><![endif]-->',
  '<!--[if mso]><td onmouseover=alert(1)><![endif]-->',
  '<!--[if mso]>--><script>alert(1)</script><![endif]-->',
  '<!--[if !mso]><!--><script>alert(1)</script><!--<![endif]-->',
  '<a title=\'<!--[if mso]>" onclick="alert(1)" x="<![endif]-->\'>x</a>',
  '<a title=\'<!--[if mso]>"/onclick="alert(1)<![endif]-->\'>x</a>',
  '<style><!--[if mso]></style><style><![endif]--><img src=x onerror=alert(1)></style>',
  '{{first_name|<script>alert(1)</script>}}',
  '{{{first_name|<script>alert(1)</script>}}}',
  '<a title="{{first_name|" onclick="alert(1)}}">x</a>',
  '<{{first_name}} onclick=alert(1)>',
  '<a {{first_name}}=1 onclick=alert(1)>x</a>',
  '{{#first_name}}<scr{{/first_name}}ipt>alert(1)</script>',
  '{{! <script> }}<script>alert(1)</script>',
  'fftag0x0z {{first_name}} fftag0x0z',
  'ffnote0x0z <!--[if mso]><td><![endif]-->',
]

describe('nothing that runs is left of', () => {
  for (const attack of attacks) {
    test(`HTML ${JSON.stringify(attack)}`, async () => {
      const compiled = await compileDraft(buildHtmlDraft(attack), context)
      assertHarmless(show(compiled, { first_name: 'Ada' }))
      assertHarmless(show(compiled, {}))
    })
    test(`MJML ${JSON.stringify(attack)}`, async () => {
      const body = `<mjml><mj-body><mj-section><mj-column><mj-text>${attack}</mj-text><mj-raw>${attack}</mj-raw></mj-column></mj-section></mj-body></mjml>`
      const compiled = await compileDraft(buildDraft({ body }), context)
      assertHarmless(show(compiled, { first_name: 'Ada' }))
    })
  }

  test('an MJML attribute that ends itself', async () => {
    const body = `<mjml><mj-body><mj-section><mj-column><mj-button href='https://example.com/" onclick="alert(1)'>x</mj-button></mj-column></mj-section></mj-body></mjml>`
    assertHarmless((await compileDraft(buildDraft({ body }), context)).html)
  })

  test('a template that cannot be read', async () => {
    const { html, readable } = await compileDraft(buildHtmlDraft('{{#a}}{{x|<script>alert(1)</script>}}'), context)
    assert.equal(readable, false)
    assertHarmless(html)
  })
})

test('every naughty string comes back from a value as the text it is', async (t) => {
  const source = corpus('strings/blns.json')
  if (source === undefined) return t.skip('The corpus of strings is not beside this repository')
  const strings: string[] = [...JSON.parse(readFileSync(source, 'utf8')), ...attacks]
  assert.ok(strings.length >= 515)
  const { html, subject } = await compileDraft(
    { ...buildHtmlDraft('<p title="{{first_name}}">[{{first_name}}]</p>'), subject: '[{{first_name}}]' },
    context,
  )
  const page = compileTemplate(html)
  const line = compileTemplate(subject, { escape: 'none' })
  const plain = parse(page.render({})).tags
  for (const value of strings) {
    const { tags, attributes, text } = parse(page.render({ first_name: value }))
    assert.deepEqual(tags, plain, value)
    assert.ok(text.includes(`[${value}]`), JSON.stringify(value))
    assert.equal(attributes.find(([name]) => name === 'title')?.[1], value)
    assert.equal(line.render({ first_name: value }), `[${value}]`)
  }
})

test('every naughty string can be the body of an email and harms nobody', async (t) => {
  const source = corpus('strings/blns.json')
  if (source === undefined) return t.skip('The corpus of strings is not beside this repository')
  for (const value of JSON.parse(readFileSync(source, 'utf8')) as string[]) {
    assertHarmless(show(await compileDraft(buildHtmlDraft(value), context), {}))
  }
})

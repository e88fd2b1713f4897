import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { isProblem } from '@fanfare/kernel'
import { corpus } from '@fanfare/testkit'
import { compileTemplate, type TemplateValues } from '../src/template.ts'

interface SpecCase {
  name: string
  data: TemplateValues
  template: string
  partials?: Record<string, string>
  expected: string
}

const modules = ['comments', 'delimiters', 'interpolation', 'inverted', 'partials', 'sections']

test('every core case of the Mustache specification renders as it says', (t) => {
  const sources = modules.flatMap((name) => corpus(`mustache/${name}.json`) ?? [])
  if (sources.length < modules.length) return t.skip('The Mustache corpus is not beside this repository')
  const cases = sources.flatMap((source) => (JSON.parse(readFileSync(source, 'utf8')) as { tests: SpecCase[] }).tests)
  assert.equal(cases.length, 136)
  for (const { name, template, partials, data, expected } of cases) {
    assert.equal(compileTemplate(template, { partials: partials ?? {} }).render(data), expected, name)
  }
})

describe('a field', () => {
  const table: [title: string, template: string, values: TemplateValues, expected: string][] = [
    ['shows its value', 'Hi {{first_name}}', { first_name: 'Ada' }, 'Hi Ada'],
    ['shows its fallback when the value is missing', 'Hi {{first_name|friend}}', {}, 'Hi friend'],
    ['shows its fallback when the value is blank', 'Hi {{first_name|friend}}', { first_name: ' \t' }, 'Hi friend'],
    ['takes spaces around the bar', 'Hi {{ first_name | dear friend }}', {}, 'Hi dear friend'],
    ['escapes a fallback like a value', '{{a|Smith & Co}}', {}, 'Smith &amp; Co'],
    ['keeps zero and false', '{{a|x}} {{b|x}}', { a: 0, b: false }, '0 false'],
    ['does not read a value as a template', '{{a}}', { a: '{{b}} {{{b}}}', b: 'secret' }, '{{b}} {{{b}}}'],
    ['does not read a fallback as a template', '{{a|{{b}}', { b: 'secret' }, '{{b'],
    ['is escaped for tags and quoted attributes', '{{a}}', { a: `<b a='"'>&` }, '&lt;b a=&#39;&quot;&#39;&gt;&amp;'],
    ['has no way to a prototype', '{{constructor}}{{__proto__}}{{a.constructor}}{{a.length}}', { a: 'x' }, ''],
    ['shows nothing for a list or an object', '{{a}}{{b}}', { a: [1], b: { c: 1 } }, ''],
  ]
  for (const [title, template, values, expected] of table) {
    test(title, () => assert.equal(compileTemplate(template).render(values), expected))
  }

  test('is not escaped in plain text', () => {
    assert.equal(compileTemplate('{{a}}', { escape: 'none' }).render({ a: 'Smith & Co' }), 'Smith & Co')
  })
})

test('a template names the fields it asks for, also through partials', () => {
  const { fields } = compileTemplate('{{a|x}}{{#b}}{{c}}{{.}}{{/b}}{{>p}}{{a}}', {
    partials: { p: '{{{d}}}{{^e}}{{/e}}' },
  })
  assert.deepEqual(fields, ['a', 'b', 'c', 'd', 'e'])
})

describe('a template is refused', () => {
  const table: [title: string, template: string, line: number][] = [
    ['when a tag is not closed', 'one\ntwo {{name', 2],
    ['when a section is not closed', 'one\n{{#a}}\ntwo', 3],
    ['when a section that is not open is closed', 'one\n\n{{/a}}', 3],
    ['when sections cross', '{{#a}}\n{{#b}}\n{{/a}}{{/b}}', 3],
  ]
  for (const [title, template, line] of table) {
    test(title, () => {
      assert.throws(
        () => compileTemplate(template),
        (error) => isProblem(error, 'content.template_invalid') && error.detail.line === line,
      )
    })
  }

  test('when its sections are nested beyond reason', () => {
    const template = '{{#a}}'.repeat(5000) + '{{/a}}'.repeat(5000)
    assert.throws(() => compileTemplate(template), { code: 'content.template_invalid' })
  })
})

describe('a rendering is stopped', () => {
  const tooLarge = { code: 'content.template_too_large' }

  test('when it makes more than a megabyte', () => {
    const template = compileTemplate(`{{#list}}${'x'.repeat(2000)}{{/list}}`)
    assert.throws(() => template.render({ list: Array(1000).fill('a') }), tooLarge)
  })

  test('when its lists multiply', () => {
    const list = Array(200).fill('a')
    assert.throws(() => compileTemplate('{{#list}}{{#list}}{{/list}}{{/list}}').render({ list }), tooLarge)
  })

  test('when partials stand more than ten deep in each other', () => {
    const template = compileTemplate('{{>p}}', { partials: { p: 'x{{>p}}' } })
    assert.throws(() => template.render({}), tooLarge)
  })

  test('when partials multiply without writing anything', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const partials = Object.fromEntries(
      names.map((name, index) => [name, `{{>${names[index + 1] ?? 'none'}}}`.repeat(50)]),
    )
    assert.throws(() => compileTemplate('{{>a}}', { partials }).render({}), tooLarge)
  })
})

test('a template comes apart into literals and one piece a hole, and together again', () => {
  const template = compileTemplate('Hi {{name|you}}{{#vip}}, dear {{name}}{{/vip}}! {{{raw}}}')
  const values = { name: 'A & B', vip: true, raw: '<b>' }
  assert.deepEqual(template.literals, ['Hi ', '', '! ', ''])
  assert.deepEqual(template.pieces(values), ['A &amp; B', ', dear A &amp; B', '<b>'])
  assert.deepEqual(template.pieces({}), ['you', '', ''])
  assert.equal(template.render(values), 'Hi A &amp; B, dear A &amp; B! <b>')
})

test('what would stand empty is told: not what has a fallback, is given empty, or is in a section left out', () => {
  const template = compileTemplate(
    '{{name}} {{town|here}} {{empty}} {{#order}}{{number}} {{price.total}}{{/order}}{{^order}}{{reason}}{{/order}}',
  )
  assert.deepEqual(template.missing({ name: 'Ada', empty: '', order: { number: 1, price: { total: 2 } } }), [])
  assert.deepEqual(template.missing({ empty: '', order: [{ number: 1 }] }), ['name', 'price.total'])
  assert.deepEqual(template.missing({ name: null, empty: '' }), ['name', 'reason'])
  assert.deepEqual(compileTemplate('{{%token}}{{constructor}}').missing({}), ['token', 'constructor'])
})

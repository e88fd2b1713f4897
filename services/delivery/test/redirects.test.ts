import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { corpus } from '@fanfare/testkit'
import { browser, deliverOne } from './delivered.ts'
import { buildEmail } from './factories.ts'
import { openStage, type Stage } from './stage.ts'

interface UrlCase {
  readonly input: string
  readonly base: string | null
  readonly failure?: boolean
  readonly href: string
  readonly protocol: string
  readonly username: string
  readonly password: string
}

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

/**
 * The cases of the URL standard's own tests, but for those of bases that are no address. A NUL or half a character cannot be
 * in an email that is kept.
 */
function readCases(): UrlCase[] | undefined {
  const files = ['urls/urltestdata.json', 'urls/ada_extra_urltestdata.json'].map(corpus)
  if (files.includes(undefined)) return undefined
  const all = files.flatMap((file) => JSON.parse(readFileSync(file as URL, 'utf8')) as (UrlCase | string)[])
  return all
    .filter((one) => typeof one !== 'string')
    .filter(({ input, base }) => input.isWellFormed() && !input.includes('\0') && (!base || URL.canParse(base)))
}

const noCorpus = 'The corpus of URLs is not here'
const inAttribute = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

/** Absolute, of the web, with nobody's password, and nothing that browsers read in two ways. */
function isFit({ input, failure, protocol, username, password }: UrlCase): boolean {
  if (failure || !['http:', 'https:'].includes(protocol) || username !== '' || password !== '') return false
  return /^https?:\/\//i.test(input.trim()) && !/[\p{Cc}\\]/u.test(input.trim()) && !input.includes('{{')
}

test('of every address of the URL standard’s tests a link leads where the standard says, or is not tracked', async (t) => {
  const cases = readCases()
  if (cases === undefined) return t.skip(noCorpus)
  const links = cases.map(({ input }) => `<a href="${inAttribute(input)}">x</a>`).join('\n')
  const email = { ...buildEmail(), html: `<!doctype html><html><body>${links}</body></html>` }
  const { clicks } = await deliverOne(stage, { email })
  const expected = new Map(cases.filter(isFit).map(({ input, href }) => [input.trim(), href]))
  assert.ok(expected.size > 100)
  const locations: (string | null)[] = []
  // The last is the one that only machines follow.
  for (const click of new Set(clicks.slice(0, -1))) {
    const reply = await stage.app.anonymous.get(click, browser)
    assert.equal(reply.status, 302)
    locations.push(reply.headers.get('location'))
  }
  assert.deepEqual(locations.toSorted(), [...expected.values()].toSorted())
  t.diagnostic(`${cases.length} addresses, ${locations.length} of them tracked`)
})

test('CVE-2025-5256: nothing in a request chooses where a link leads: not a token, not a query, not a header', async (t) => {
  const cases = readCases()
  if (cases === undefined) return t.skip(noCorpus)
  const { clicks } = await deliverOne(stage)
  const click = clicks[0] as string
  for (const input of new Set(cases.map((one) => one.input))) {
    const word = encodeURIComponent(input)
    if (word !== '' && word !== '.' && word !== '..') {
      const asToken = await stage.app.anonymous.get(`/c/${word}`, browser)
      assert.ok([400, 404].includes(asToken.status), `${asToken.status} for ${input}`)
      assert.equal(asToken.headers.get('location'), null, input)
    }
    const beside = await stage.app.anonymous.get(`${click}?url=${word}&next=${word}&${word}`, {
      ...browser,
      'x-forwarded-host': 'evil.example',
      referer: 'https://evil.example/',
    })
    assert.deepEqual(
      [beside.status, beside.headers.get('location')],
      [302, 'https://shop.example/offer?a=1&b=2'],
      input,
    )
  }
})

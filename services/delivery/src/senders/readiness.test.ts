import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resolver } from '../dns/resolver.ts'
import { checkDomain } from './readiness.ts'

/** A name server with these records; anything else does not exist. */
function resolverOf(
  texts: Record<string, string[]>,
  addresses: Record<string, string[]> = {},
  names: Record<string, string[]> = {},
): Resolver {
  const answer = (found: string[] | undefined) =>
    found ? Promise.resolve(found) : Promise.reject(new Error('ENOTFOUND'))
  return {
    resolveTxt: (async (name: string) =>
      (await answer(texts[name])).map((text) => [text.slice(0, 10), text.slice(10)])) as Resolver['resolveTxt'],
    resolve4: ((name: string) => answer(addresses[name])) as Resolver['resolve4'],
    resolve6: ((_: string) => answer(undefined)) as Resolver['resolve6'],
    reverse: (address: string) => answer(names[address]),
  }
}

async function statesOf(resolver: Resolver) {
  const checks = await checkDomain(resolver, 'sender.example', 'mail.sender.example')
  return Object.fromEntries(checks.map(({ name, state }) => [name, state]))
}

test('a domain with everything in order passes', async () => {
  const resolver = resolverOf(
    {
      'sender.example': ['v=spf1 include:_spf.mail.example -all', 'google-site-verification=x'],
      's1._domainkey.sender.example': ['v=DKIM1; k=rsa; p=MIIBIjAN'],
      '_dmarc.sender.example': ['v=DMARC1; p=none'],
    },
    { 'mail.sender.example': ['192.0.2.1'] },
    { '192.0.2.1': ['mail.sender.example'] },
  )
  assert.deepEqual(await statesOf(resolver), { spf: 'pass', dkim: 'pass', dmarc: 'pass', ptr: 'pass' })
})

test('a domain with nothing fails where it must and warns where it cannot be known', async () => {
  assert.deepEqual(await statesOf(resolverOf({})), { spf: 'fail', dkim: 'warn', dmarc: 'fail', ptr: 'warn' })
})

test('two SPF records, a revoked key and a name that leads elsewhere do not pass', async () => {
  const resolver = resolverOf(
    {
      'sender.example': ['v=spf1 -all', 'v=spf1 +all'],
      's1._domainkey.sender.example': ['v=DKIM1; p='],
      '_dmarc.sender.example': ['v=DMARC2; p=none'],
    },
    { 'mail.sender.example': ['192.0.2.1'], 'other.example': ['192.0.2.9'] },
    { '192.0.2.1': ['other.example'] },
  )
  assert.deepEqual(await statesOf(resolver), { spf: 'fail', dkim: 'warn', dmarc: 'fail', ptr: 'warn' })
})

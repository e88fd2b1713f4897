import { boot, createBrowser, type NameServer, openNameServer, type TestApp, type TestClient } from '@fanfare/testkit'
import { identity } from '../src/service.ts'
import { buildOwner, type Owner } from './factories.ts'
import { type OpenidProvider, openOpenidProvider, type ProviderPerson } from './openid-provider.ts'

export interface FederationStage extends AsyncDisposable {
  readonly app: TestApp
  readonly names: NameServer
}

/** Identity that may call issuers on this machine, and asks a name server of the test. */
export async function openFederationStage(
  config: Record<string, unknown> = {},
  egress: Record<string, unknown> = {},
): Promise<FederationStage> {
  const names = await openNameServer()
  const app = await boot([identity], {
    config: { identity: { bcryptCost: 4, allowPrivateIssuers: 'true', dnsServers: names.address, ...config }, egress },
  }).catch(async (error) => {
    await names[Symbol.asyncDispose]()
    throw error
  })
  return {
    app,
    names,
    async [Symbol.asyncDispose]() {
      await app.stop()
      await names[Symbol.asyncDispose]()
    },
  }
}

/** An owner whose address was proven by a mail. */
export async function buildProvenOwner(app: TestApp): Promise<Owner> {
  const owner = await buildOwner(app)
  await proveAddress(app, owner.userId)
  return owner
}

/** As the link of a mail does. */
export async function proveAddress({ db }: TestApp, accountId: string): Promise<void> {
  await db.transaction((trx) =>
    trx.updateTable('identity.account').set({ email_verified_at: new Date() }).where('id', '=', accountId).execute(),
  )
}

let domains = 0

/** A domain that nobody else in these tests has. */
export function newDomain(): string {
  domains += 1
  return `company${domains}.example`
}

/** Puts these TXT records under a name, for those before. */
export function publish(names: NameServer, name: string, texts: readonly string[]): void {
  names.zone = { ...names.zone, txt: { ...names.zone.txt, [name]: texts } }
}

/** Publishes the record and has the domain verified. */
export async function proveDomain({ names }: FederationStage, owner: Owner, domain: string): Promise<string> {
  const { body } = await owner.browser.post('/v1/sso-domains', { domain })
  publish(names, body.record.name, [body.record.value])
  const proven = await owner.browser.post(`/v1/sso-domains/${body.id}/verify`)
  if (proven.status !== 200) throw new Error(proven.text)
  return body.id
}

export interface Company extends AsyncDisposable {
  readonly owner: Owner
  readonly domain: string
  readonly provider: OpenidProvider
}

/** A workspace whose single sign-on is a real OpenID provider, with a proven domain and somebody at it. */
export async function buildCompany(stage: FederationStage, settings: Record<string, unknown> = {}): Promise<Company> {
  const owner = await buildOwner(stage.app)
  const domain = newDomain()
  const { body } = await owner.browser.get('/v1/sso-connection')
  const provider = await openOpenidProvider({ person: personAt(domain), redirectUris: [body.redirectUri] })
  const saved = await owner.browser.put('/v1/sso-connection', { ...connectionTo(provider), ...settings })
  if (saved.status !== 200) throw new Error(saved.text)
  await proveDomain(stage, owner, domain)
  return { owner, domain, provider, [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose]() }
}

export function connectionTo({ issuer, clientId, clientSecret }: OpenidProvider) {
  return { issuer, clientId, clientSecret }
}

export function personAt(domain: string, name = 'Ada'): ProviderPerson {
  return { subject: `subject-of-${name}`, email: `${name.toLowerCase()}@${domain}`, emailVerified: true, name }
}

/** Goes from the console to the provider, signs in there and comes back to the callback, whose address it returns unvisited. */
export async function visitProvider(url: string): Promise<string> {
  const { origin } = new URL(url)
  const jar = new Map<string, string>()
  let next = url
  let method = 'GET'
  for (let hop = 0; hop < 12; hop++) {
    const reply = await fetch(next, { method, redirect: 'manual', headers: { cookie: [...jar.values()].join('; ') } })
    for (const line of reply.headers.getSetCookie()) jar.set(line.split('=')[0] as string, line.split(';')[0] as string)
    const location = reply.headers.get('location')
    if (location === null) {
      if (!reply.ok) throw new Error(`${next} answered ${reply.status}: ${await reply.text()}`)
      // The page of the provider: its one button posts to where it stands.
      method = 'POST'
      continue
    }
    next = new URL(location, next).href
    method = 'GET'
    if (new URL(next).origin !== origin) return next
  }
  throw new Error('The provider goes in circles')
}

export interface ComeBack {
  readonly location: URL
  readonly browser: TestClient
}

/** A whole sign-in in a browser of its own, or the one given. */
export async function signInBy(
  app: TestApp,
  wanted: Record<string, unknown>,
  browser: TestClient = createBrowser(app.url),
): Promise<ComeBack> {
  const begun = await browser.post('/v1/external-sign-ins', wanted)
  if (begun.status !== 201) throw new Error(begun.text)
  const back = new URL(await visitProvider(begun.body.url))
  return comeBack(app, browser, back.pathname + back.search)
}

/** Opens the callback in a browser and tells where it sends it. */
export async function comeBack(app: TestApp, browser: TestClient, path: string): Promise<ComeBack> {
  const reply = await browser.get(path)
  if (reply.status !== 303) throw new Error(`${path} answered ${reply.status}: ${reply.text}`)
  return { location: new URL(reply.headers.get('location') as string, app.url), browser }
}

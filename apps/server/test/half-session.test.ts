import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Http } from '@fanfare/kernel'
import { generateSync } from 'otplib'
import { asPage, callWith, type House, openHouse } from './house.ts'

interface Operation {
  readonly operationId: string
  readonly 'x-access': string
  readonly 'x-partial'?: true
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

const password = 'correct horse battery'

/** The second step and the way out: what half a sign-in is for. A route that joins them is looked at here. */
const secondStep = ['beginPasskeyProof', 'listProofOptions', 'proveIdentity', 'sendProofCode', 'signOut']

test('AU-06: half a sign-in is refused by every route of the OpenAPI document but those of the second step (ASVS 6.3.3)', async () => {
  await using house = await openHouse()
  const { tenantId, call, cookie, recoveryCode } = await openHalfSession(house)
  const { paths } = (await (await fetch(`${house.url}/openapi.json`)).json()) as { paths: Paths }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  assert.equal(operations.length, house.app.get(Http).routes().length)

  const partial = operations.filter(({ operation }) => operation['x-partial'])
  assert.deepEqual(partial.map(({ operation }) => operation.operationId).sort(), secondStep)

  const passed: string[] = []
  for (const { path, method, operation } of operations) {
    if (operation['x-access'] === 'anyone' || operation['x-partial']) continue
    const target = path.replaceAll(/\{\w+\}/g, () => randomUUID())
    for (const named of [{}, { 'fanfare-workspace': tenantId }]) {
      const { status, body } = await call(method, target, undefined, named)
      const isRefused = status === 401 || status === 403
      if (!isRefused || body.code !== 'http.factor_needed') passed.push(`${method} ${path}: ${status} ${body?.code}`)
    }
  }
  assert.deepEqual(passed, [])
  assert.ok(operations.length - partial.length > 100)

  assert.equal(await opens(house.url, tenantId, cookie), false)
  const proof = await fetch(`${house.url}/v1/proofs`, {
    method: 'POST',
    headers: { ...asPage(house.url, cookie), 'content-type': 'application/json' },
    body: JSON.stringify({ method: 'recovery_code', code: recoveryCode }),
  })
  assert.equal(proof.status, 201)
  assert.equal(await opens(house.url, tenantId, cookiesOf(proof)), true)
})

/** A person with an authenticator app who has given their password and not yet a code. */
async function openHalfSession(house: House) {
  const { tenantId, email, callAsPerson } = await house.openWorkspace('Half')
  const person = callAsPerson(tenantId)
  const { factorId, secret } = (await person('POST', '/v1/factors/totp', {})).body
  const code = generateSync({ secret })
  const added = await person('POST', `/v1/factors/${factorId}/confirm`, { code })
  assert.equal(added.status, 201)

  const reply = await fetch(`${house.url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: house.url },
    body: JSON.stringify({ email, password }),
  })
  const cookie = cookiesOf(reply)
  const [recoveryCode] = added.body.recoveryCodes
  return { tenantId, cookie, recoveryCode, call: callWith(house.url, asPage(house.url, cookie)) }
}

function cookiesOf(reply: Response): string {
  return reply.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

/** Whether the live socket takes a session. */
function opens(url: string, tenantId: string, cookie: string): Promise<boolean> {
  const options = { headers: asPage(url, cookie) }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live?workspace=${tenantId}`, options as never)
  return new Promise((resolve) => {
    socket.addEventListener('open', () => {
      socket.close()
      resolve(true)
    })
    socket.addEventListener('error', () => resolve(false))
  })
}

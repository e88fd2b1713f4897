import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  anyone,
  can,
  Db,
  defineService,
  Http,
  readTenancyCatalogue,
  route,
  token,
  unsecuredTables,
} from '@fanfare/kernel'
import { z } from 'zod'
import { openHouse } from './house.ts'
import { runIsolation } from './isolation/isolation.ts'

test('CVE-2026-45349, CVE-2026-44569: every role, with every id of its own, of a stranger and of nobody, gets what the table of permissions says (ASVS 8.2.1, 8.2.2, 8.3.1, 8.4.1)', async () => {
  const { routes, covered, cells, leaks, findings } = await runIsolation()
  assert.deepEqual(findings, [])
  assert.equal(covered, routes)
  assert.equal(leaks, 0)
  assert.ok(cells > routes * 20, `${cells} cells are too few for ${routes} routes`)
})

test('GHSA-c2c9-mfw7-p8hw: every table with a tenant column has that column filled and forced row security that reads and writes alike (ASVS 8.4.1)', async () => {
  await using house = await openHouse()
  assert.deepEqual(await unsecuredTables(house.app.get(Db)), [])
  assert.deepEqual((await readTenancyCatalogue(house.app.get(Db))).ownerlessTables, [])
})

/** Tables of services that hold nothing of one workspace, each with the reason. */
const withoutTenant = new Map([
  ['identity.account', 'a person may be in several workspaces'],
  ['identity.attempt', 'failures count before anybody is known'],
  ['identity.external_account', 'belongs to an account'],
  ['identity.factor', 'belongs to an account'],
  ['identity.factor_code', 'belongs to an account'],
  ['identity.installation', 'the name of the installation'],
  ['identity.kept_mail', 'mails to people, sealed, for the operator'],
  ['identity.known_device', 'belongs to an account'],
  ['identity.one_time_token', 'belongs to an address, which may have no account yet'],
  ['identity.passkey_challenge', 'belongs to a session, or to nobody before a sign-in'],
  ['identity.recovery_code', 'belongs to an account'],
  ['identity.refresh_token', 'belongs to a session'],
  ['identity.session', 'belongs to an account'],
  ['identity.setup', 'the one-time link of the installation'],
  ['identity.sign_in_flow', 'nobody is known while a sign-in is away at a provider'],
  ['identity.signing_key', 'keys of the installation'],
  ['kernel_events.subscription', 'which handlers there are'],
  ['kernel_flags.flag', 'switches of the installation'],
])

/**
 * Across workspaces: by a person over their own memberships, by sweeps and pages that name what they look for, and for the
 * installation's own row.
 */
const knownWidePolicies = new Set([
  'delivery.batch batch_schedule',
  'delivery.dispatch dispatch_sweep',
  'delivery.mailbox mailbox_schedule',
  'delivery.sender tracking_hosts',
  'delivery.webhook webhook_sweep',
  'delivery.webhook_message webhook_message_sweep',
  'delivery.workspace_halt halt_schedule',
  'identity.appearance installation',
  'identity.audit_arrival directory',
  'identity.audit_arrival installation',
  'identity.domain proven',
  'identity.membership own',
  'identity.picture by_key',
  'identity.sso_connection discovery',
  'identity.sso_domain discovery',
  'identity.workspace directory',
  'identity.workspace member',
  'identity.workspace_export directory',
])

const knownKeys = new Set([
  // Ids of events are made by the kernel alone, so nobody can try for a clash.
  'unique kernel_events.inbox_pkey',
  'unique kernel_events.outbox_event_id_key',
  'unique kernel_events.outbox_pkey',
  // A column that is generated from tenant_id: null for the installation's own rows.
  'foreign identity.appearance appearance_workspace_id_fkey',
  'foreign identity.audit audit_workspace_id_fkey',
  'foreign identity.audit_arrival audit_arrival_workspace_id_fkey',
  'foreign identity.domain domain_workspace_id_fkey',
  'foreign identity.picture picture_workspace_id_fkey',
  // Random, so nobody can try for a clash.
  'unique identity.picture_key_key',
  // A domain is one workspace's, and who clashes has shown in DNS that it is theirs.
  'unique identity.domain_site',
  'unique identity.sso_domain_owner',
])

test('the catalogue holds no way around row security but those that are known: roles, functions, policies, keys (ASVS 8.4.1)', async () => {
  await using house = await openHouse()
  const found = await readTenancyCatalogue(house.app.get(Db))
  assert.ok(found.tenantTables.length > 40)
  assert.deepEqual(found.roleFaults, [])
  assert.deepEqual(found.definerFunctions, [])
  const unknown = (names: readonly string[], known: { has(name: string): boolean }) =>
    names.filter((name) => !known.has(name))
  assert.deepEqual(unknown(found.widePolicies, knownWidePolicies), [], 'Say above why it may read across workspaces')
  assert.deepEqual(unknown(found.keysWithoutTenant, knownKeys), [], 'Begin the key with tenant_id')
  assert.deepEqual(unknown(found.otherTables, withoutTenant), [], 'Give it a tenant_id, or say above why it has none')
})

test('careless routes are found, and those that nobody has thought of', async () => {
  const { routes, covered, leaks, findings } = await runIsolation({ more: [careless], only: 'careless' })

  assert.equal(routes, 4)
  assert.equal(covered, 2)
  assert.ok(leaks > 0)
  for (const wanted of [
    /contactId: answers 200 for a contactId that nobody has/,
    /contactId: takes any text as sort/,
    /POST \/v1\/careless: has no case for contactIds/,
    /thingId: has no case: add a thing with the id thingId/,
    /careless-page: has no case: it needs no credential/,
  ]) {
    assert.ok(
      findings.some((sentence) => wanted.test(sentence)),
      `${wanted} is not among:\n${findings.join('\n')}`,
    )
  }
})

const careless = defineService({
  provides: token<object>()('careless'),
  needs: { http: Http },
  start({ http }) {
    const access = can('contacts.read')
    const shared = { summary: 'Is careless', replies: { 200: z.object({ id: z.string() }) } } as const
    http.mount('careless', [
      route({
        ...shared,
        method: 'GET',
        path: '/v1/careless/:contactId',
        name: 'getCareless',
        access,
        params: z.object({ contactId: z.uuid() }),
        query: z.object({ sort: z.string().optional() }),
        handler: async ({ params }) => ({ status: 200, body: { id: params.contactId } }),
      }),
      route({
        ...shared,
        method: 'POST',
        path: '/v1/careless',
        name: 'findCareless',
        access,
        body: z.object({ contactIds: z.array(z.uuid()) }),
        handler: async ({ body }) => ({ status: 200, body: { id: body.contactIds.length > 0 ? 'yes' : 'no' } }),
      }),
      route({
        ...shared,
        method: 'GET',
        path: '/v1/careless/things/:thingId',
        name: 'getCarelessThing',
        access,
        params: z.object({ thingId: z.string() }),
        handler: async ({ params }) => ({ status: 200, body: { id: params.thingId } }),
      }),
      route({
        ...shared,
        method: 'GET',
        path: '/v1/careless-page',
        name: 'getCarelessPage',
        access: anyone('nobody has looked at it'),
        handler: async () => ({ status: 200, body: { id: 'open' } }),
      }),
    ])
    return {}
  },
})

import { Db, defineService, Egress, Http, implement, Jobs, Keys } from '@fanfare/kernel'
import * as account from '../migrations/001-account.ts'
import * as keyRole from '../migrations/002-key-role.ts'
import * as whiteLabel from '../migrations/010-white-label.ts'
import { issueKey } from './api-keys.ts'
import { createAuthenticator } from './authenticate.ts'
import { Config } from './config.ts'
import { Identity } from './contract.ts'
import { createPasswords } from './passwords.ts'
import { identityRoutes } from './routes.ts'
import { isSetupNeeded, offerSetup, openWorkspace, provision } from './setup.ts'
import type { Schema } from './store/schema.ts'
import { openWhiteLabel } from './white-label/open.ts'
import { listWorkspaces } from './workspaces.ts'

export const identity = defineService({
  provides: Identity,
  needs: { db: Db, http: Http, jobs: Jobs, keys: Keys, egress: Egress },
  config: Config,
  migrations: [account, keyRole, whiteLabel],
  start({ db, http, ...needs }, { config, clock, ids, log, onReady, defer }) {
    const deps = { db: db.as<Schema>(), clock, ids, config, passwords: createPasswords(config.bcryptCost) }
    let setupUrl: string | undefined

    http.authenticateWith(createAuthenticator(deps))
    http.mount('identity', identityRoutes(deps))
    const look = openWhiteLabel({ ...needs, ...deps, http, log })
    onReady(() => look.refresh())
    defer(() => look.close())
    onReady(async () => {
      const token = await offerSetup(deps)
      if (token === undefined) return
      setupUrl = `${http.publicUrl}/setup?token=${token}`
      log.info({ setupUrl }, 'open this link to make the first account; it works once')
    })

    return implement(Identity, {
      provision: (wanted) => provision(deps, wanted),
      openWorkspace: async ({ name }) => ({ tenantId: await openWorkspace(deps, name) }),
      issueKey: async (wanted) => {
        const { id, key } = await issueKey(deps, wanted)
        return { keyId: id, key }
      },
      brandOf: ({ tenantId }) => look.brandOf(tenantId),
      listWorkspaces: (page) => listWorkspaces(deps, page),
      findSetupLink: async () => ({ url: setupUrl && (await isSetupNeeded(deps)) ? setupUrl : null }),
    })
  },
})

import { Db, defineService, Egress, Events, Http, implement, Jobs, Keys } from '@fanfare/kernel'
import * as account from '../migrations/001-account.ts'
import * as keyRole from '../migrations/002-key-role.ts'
import * as session from '../migrations/003-session.ts'
import * as accountLife from '../migrations/004-account-life.ts'
import * as federation from '../migrations/006-federation.ts'
import * as audit from '../migrations/008-audit.ts'
import { workAccountJobs } from './accounts/jobs.ts'
import { startAccounts } from './accounts/start.ts'
import { issueKey } from './api-keys.ts'
import { auditRoutes } from './audit/routes.ts'
import { startAudit } from './audit/start.ts'
import { createAuthenticator } from './authenticate.ts'
import { Config } from './config.ts'
import { Identity } from './contract.ts'
import type { Deps } from './deps.ts'
import { createTextLookup } from './federation/name-server.ts'
import { federationRoutes } from './federation/routes.ts'
import { createPasswords } from './passwords.ts'
import { identityRoutes } from './routes.ts'
import { isSetupNeeded, offerSetup, openWorkspace, provision } from './setup.ts'
import type { Schema } from './store/schema.ts'
import { listWorkspaces } from './workspaces.ts'

export const identity = defineService({
  provides: Identity,
  needs: { db: Db, http: Http, events: Events, jobs: Jobs, keys: Keys, egress: Egress },
  config: Config,
  migrations: [account, keyRole, session, accountLife, federation, audit],
  start(needs, context) {
    const { http, events, jobs, keys, egress } = needs
    const { config, clock, ids, log, onReady } = context
    const db = needs.db.as<Schema>()
    const passwords = createPasswords(config.bcryptCost)
    const brandOf = async () => ({ productName: 'Fanfare', accentColor: '#5b4fcf' })
    const accounts = startAccounts({ ...needs, db, brandOf }, context)
    const deps: Deps = { db, clock, ids, events, keys, jobs, http, config, passwords, brandOf, ...accounts }
    let setupUrl: string | undefined

    http.authenticateWith(createAuthenticator(deps))
    const audit = startAudit(deps, context)
    workAccountJobs(deps)
    http.mount('identity', [
      ...identityRoutes(deps),
      ...auditRoutes({ ...deps, ...audit }),
      ...federationRoutes({ ...deps, egress, findTextRecords: createTextLookup(config.dnsServers) }),
    ])
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
      listWorkspaces: (page) => listWorkspaces(deps, page),
      findSetupLink: async () => ({ url: setupUrl && (await isSetupNeeded(deps)) ? setupUrl : null }),
    })
  },
})

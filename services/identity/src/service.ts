import { Db, defineService, Events, Http, implement, Keys } from '@fanfare/kernel'
import * as account from '../migrations/001-account.ts'
import * as keyRole from '../migrations/002-key-role.ts'
import * as session from '../migrations/003-session.ts'
import * as audit from '../migrations/008-audit.ts'
import * as apiKey from '../migrations/009-api-key.ts'
import { issueKey } from './api-keys/issue.ts'
import { installation } from './audit/record-account-audit.ts'
import { auditRoutes } from './audit/routes.ts'
import { startAudit } from './audit/start.ts'
import { verifyTrail } from './audit/verify.ts'
import { createAuthenticator } from './authenticate.ts'
import { Config } from './config.ts'
import { Identity } from './contract.ts'
import { createPasswords } from './passwords.ts'
import { identityRoutes } from './routes.ts'
import { isSetupNeeded, offerSetup, openWorkspace, provision } from './setup.ts'
import type { Schema } from './store/schema.ts'
import { listWorkspaces } from './workspaces.ts'

export const identity = defineService({
  provides: Identity,
  needs: { db: Db, http: Http, events: Events, keys: Keys },
  config: Config,
  migrations: [account, keyRole, session, audit, apiKey],
  start({ db, http, events, keys }, context) {
    const { config, clock, ids, log, onReady } = context
    const deps = {
      db: db.as<Schema>(),
      clock,
      ids,
      events,
      keys,
      config,
      passwords: createPasswords(config.bcryptCost),
    }
    let setupUrl: string | undefined

    http.authenticateWith(createAuthenticator(deps))
    const audit = startAudit(deps, context)
    http.mount('identity', [...identityRoutes(deps), ...auditRoutes({ ...deps, ...audit })])
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
      verifyAudit: ({ tenantId = installation }) => verifyTrail({ ...deps, ...audit }, tenantId),
      findSetupLink: async () => ({ url: setupUrl && (await isSetupNeeded(deps)) ? setupUrl : null }),
    })
  },
})

import { Db, defineService, Egress, Events, Http, implement, Jobs, Keys, Live } from '@fanfare/kernel'
import * as account from '../migrations/001-account.ts'
import * as keyRole from '../migrations/002-key-role.ts'
import * as session from '../migrations/003-session.ts'
import * as accountLife from '../migrations/004-account-life.ts'
import * as factor from '../migrations/005-factor.ts'
import * as federation from '../migrations/006-federation.ts'
import * as workspaceLife from '../migrations/007-workspace-life.ts'
import * as audit from '../migrations/008-audit.ts'
import * as apiKey from '../migrations/009-api-key.ts'
import * as whiteLabel from '../migrations/010-white-label.ts'
import * as erasure from '../migrations/011-erasure.ts'
import { issueServiceToken, verifyServiceToken } from './access-tokens/service-token.ts'
import { createSigningKeys } from './access-tokens/signing-keys.ts'
import { workAccountJobs } from './accounts/jobs.ts'
import { startAccounts } from './accounts/start.ts'
import { issueKey } from './api-keys/issue.ts'
import { auditRoutes } from './audit/routes.ts'
import { startAudit } from './audit/start.ts'
import { verifyTrail } from './audit/verify.ts'
import { createAuthenticator } from './authenticate.ts'
import { createTextLookup } from './clients/text-records.ts'
import { Config } from './config.ts'
import { Identity } from './contract.ts'
import type { Deps } from './deps.ts'
import { factorRoutes } from './factors/routes.ts'
import { startFactors } from './factors/start.ts'
import { federationRoutes } from './federation/routes.ts'
import { installation } from './installation.ts'
import { createPasswords } from './passwords.ts'
import { identityRoutes } from './routes.ts'
import { isSetupNeeded, offerSetup, openWorkspace, provision } from './setup.ts'
import type { Schema } from './store/schema.ts'
import { openWhiteLabel } from './white-label/open.ts'
import { ExportWorkspace, exportWorkspace } from './workspaces/export-job.ts'
import { getLimits, setLimits } from './workspaces/limits.ts'
import { getUsage } from './workspaces/seats.ts'
import { resumeWorkspace, suspendWorkspace } from './workspaces/suspension.ts'
import { workWorkspaceUpkeep } from './workspaces/upkeep.ts'
import { listWorkspaces } from './workspaces.ts'

export const identity = defineService({
  provides: Identity,
  needs: { db: Db, http: Http, events: Events, jobs: Jobs, keys: Keys, live: Live, egress: Egress },
  config: Config,
  migrations: [
    ...[account, keyRole, session, accountLife, factor, federation, workspaceLife, audit, apiKey, whiteLabel, erasure],
  ],
  start(needs, context) {
    const { http, events, jobs, keys, live, egress } = needs
    const { config, clock, ids, log, onReady, defer } = context
    const db = needs.db.as<Schema>()
    const passwords = createPasswords(config.bcryptCost)
    const findTextRecords = createTextLookup(config.dnsServers)
    const look = openWhiteLabel({ ...needs, ...context, db, findTextRecords })
    const accounts = startAccounts({ ...needs, db, brandOf: look.brandOf }, context)
    const signingKeys = createSigningKeys({ db, clock, keys, config })
    const deps: Deps = {
      ...{ db, clock, ids, log, events, keys, jobs, live, http, config },
      ...{ passwords, signingKeys, brandOf: look.brandOf },
      ...accounts,
    }
    let setupUrl: string | undefined

    // Every page of the console watches it, so that it hears of the end of its session and of a change of its role.
    live.topic('membership', 'workspace.read')
    http.authenticateWith(createAuthenticator(deps))
    const audit = startAudit(deps, context)
    workAccountJobs(deps)
    workWorkspaceUpkeep({ ...deps, ...audit })
    jobs.work(ExportWorkspace, ({ exportId }, run) =>
      exportWorkspace(deps, { tenantId: run.tenantId as string, exportId }, run),
    )
    http.mount('identity', [
      ...identityRoutes(deps),
      ...factorRoutes(startFactors(deps, egress)),
      ...federationRoutes({ ...deps, egress, findTextRecords }),
      ...auditRoutes({ ...deps, ...audit }),
    ])
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
      getLimits: ({ tenantId }) => getLimits(deps, tenantId),
      getUsage: ({ tenantId }) => getUsage(deps, tenantId),
      setLimits: ({ tenantId, change }) => setLimits(deps, tenantId, change),
      suspendWorkspace: async ({ tenantId, reason }) => {
        await suspendWorkspace(deps, tenantId, reason)
        return {}
      },
      resumeWorkspace: async ({ tenantId }) => {
        await resumeWorkspace(deps, tenantId)
        return {}
      },
      issueServiceToken: async ({ from, to, tenantId }) => ({
        token: await issueServiceToken(deps, { from, to, tenantId }),
      }),
      verifyServiceToken: async (given) => {
        const claims = await verifyServiceToken(deps, given)
        return claims ? { from: claims.from, tenantId: claims.tenantId ?? null } : null
      },
      listWorkspaces: (page) => listWorkspaces(deps, page),
      verifyAudit: ({ tenantId = installation }) => verifyTrail({ ...deps, ...audit }, tenantId),
      findSetupLink: async () => ({ url: setupUrl && (await isSetupNeeded(deps)) ? setupUrl : null }),
    })
  },
})

import { Db, defineService, Events, Http, implement, Jobs, Keys } from '@fanfare/kernel'
import * as account from '../migrations/001-account.ts'
import * as keyRole from '../migrations/002-key-role.ts'
import * as session from '../migrations/003-session.ts'
import * as accountLife from '../migrations/004-account-life.ts'
import * as workspaceLife from '../migrations/007-workspace-life.ts'
import { issueKey } from './api-keys.ts'
import { createAuthenticator } from './authenticate.ts'
import { Config } from './config.ts'
import { Identity } from './contract.ts'
import { createMail } from './mail/mail.ts'
import { createSmtpTransport } from './mail/transport.ts'
import { createPasswords } from './passwords.ts'
import { identityRoutes } from './routes.ts'
import { isSetupNeeded, offerSetup, openWorkspace, provision } from './setup.ts'
import type { Schema } from './store/schema.ts'
import { getLimits, setLimits } from './workspaces/limits.ts'
import { getUsage } from './workspaces/seats.ts'
import { resumeWorkspace, suspendWorkspace } from './workspaces/suspension.ts'
import { listWorkspaces } from './workspaces.ts'

export const identity = defineService({
  provides: Identity,
  needs: { db: Db, http: Http, events: Events, jobs: Jobs, keys: Keys },
  config: Config,
  migrations: [account, keyRole, session, accountLife, workspaceLife],
  start({ db: root, http, events, jobs, keys }, { config, clock, ids, log, onReady, defer }) {
    const db = root.as<Schema>()
    const transport = config.mailUrl && createSmtpTransport(config.mailUrl.reveal(), config.mailFrom ?? '')
    const brandOf = async () => ({ productName: 'Fanfare', accentColor: '#5b4fcf' })
    const mail = createMail({ db, clock, ids, jobs, keys, log, transport, brandOf })
    const publicUrl = () => http.publicUrl
    const deps = {
      db,
      clock,
      ids,
      keys,
      events,
      config,
      mail,
      publicUrl,
      passwords: createPasswords(config.bcryptCost),
    }
    defer(() => transport?.close())
    let setupUrl: string | undefined

    http.authenticateWith(createAuthenticator(deps))
    http.mount('identity', identityRoutes(deps))
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
      listWorkspaces: (page) => listWorkspaces(deps, page),
      findSetupLink: async () => ({ url: setupUrl && (await isSetupNeeded(deps)) ? setupUrl : null }),
    })
  },
})

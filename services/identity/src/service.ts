import { Db, defineService, Egress, Http, implement, Jobs, Keys } from '@fanfare/kernel'
import * as account from '../migrations/001-account.ts'
import * as keyRole from '../migrations/002-key-role.ts'
import * as session from '../migrations/003-session.ts'
import * as accountLife from '../migrations/004-account-life.ts'
import { readCommonPasswords } from './accounts/common-passwords.ts'
import { workAccountJobs } from './accounts/jobs.ts'
import { issueKey } from './api-keys.ts'
import { createAuthenticator } from './authenticate.ts'
import { createBreachList, noBreachList } from './clients/breach-list.ts'
import { Config } from './config.ts'
import { Identity } from './contract.ts'
import type { Deps } from './deps.ts'
import { createMail } from './mail/mail.ts'
import { createSmtpTransport } from './mail/transport.ts'
import { createPasswords } from './passwords.ts'
import { identityRoutes } from './routes.ts'
import { isSetupNeeded, offerSetup, openWorkspace, provision } from './setup.ts'
import type { Schema } from './store/schema.ts'
import { listWorkspaces } from './workspaces.ts'

export const identity = defineService({
  provides: Identity,
  needs: { db: Db, http: Http, jobs: Jobs, keys: Keys, egress: Egress },
  config: Config,
  migrations: [account, keyRole, session, accountLife],
  start({ db: root, http, jobs, keys, egress }, { config, clock, ids, log, onReady, defer }) {
    const db = root.as<Schema>()
    const transport = config.mailUrl && createSmtpTransport(config.mailUrl.reveal(), config.mailFrom ?? '')
    const brandOf = async () => ({ productName: 'Fanfare', accentColor: '#5b4fcf' })
    const mail = createMail({ db, clock, ids, jobs, keys, log, transport, brandOf })
    const deps: Deps = {
      db,
      clock,
      ids,
      keys,
      jobs,
      http,
      config,
      mail,
      brandOf,
      passwords: createPasswords(config.bcryptCost),
      commonPasswords: readCommonPasswords(),
      breaches: config.breachCheckUrl ? createBreachList(egress, log, config.breachCheckUrl) : noBreachList,
    }
    defer(() => transport?.close())
    let setupUrl: string | undefined

    http.authenticateWith(createAuthenticator(deps))
    workAccountJobs(deps)
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
      listWorkspaces: (page) => listWorkspaces(deps, page),
      findSetupLink: async () => ({ url: setupUrl && (await isSetupNeeded(deps)) ? setupUrl : null }),
    })
  },
})

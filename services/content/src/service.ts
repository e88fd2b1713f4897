import { Audience } from '@fanfare/audience/contract'
import { Identity } from '@fanfare/identity/contract'
import { Db, defineService, Events, Http, implement } from '@fanfare/kernel'
import * as email from '../migrations/001-email.ts'
import { createCompileCache } from './compile-cache.ts'
import { Content } from './contract.ts'
import { checkEmail, compileDraftOnce, compileEmail, countBytes, createEmail, getEmail } from './emails.ts'
import { contentRoutes } from './routes.ts'
import type { Schema } from './store.ts'

export const content = defineService({
  provides: Content,
  needs: { db: Db, http: Http, events: Events, audience: Audience, identity: Identity },
  migrations: [email],
  start({ db, http, events, audience, identity }, { clock, ids }) {
    const deps = { db: db.as<Schema>(), clock, ids, events, audience, identity, compiled: createCompileCache() }
    http.mount('content', contentRoutes(deps))
    return implement(Content, {
      createEmail: ({ tenantId, draft }) => createEmail(deps, tenantId, draft),
      getUsage: async ({ tenantId }) => ({ storageBytes: await countBytes(deps, tenantId) }),
      getEmail: ({ tenantId, emailId }) => getEmail(deps, tenantId, emailId),
      compileEmail: (wanted) => compileEmail(deps, wanted),
      compileDraft: (wanted) => compileDraftOnce(deps, wanted),
      checkEmail: ({ tenantId, draft }) => checkEmail(deps, tenantId, draft),
    })
  },
})

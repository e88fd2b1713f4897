import { randomUUID } from 'node:crypto'
import { NOOP_PROVIDER, OpenFeature } from '@openfeature/server-sdk'
import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import { internalsOf } from '../database/internals.ts'
import { type Database, Db } from '../database.ts'
import { type FlagRule, Flags } from '../flags.ts'
import { defineProblems } from '../problems.ts'
import { defineService } from '../service.ts'
import { createProvider } from './provider.ts'
import { type FlagsSchema, findRules, flagsMigrations, saveRule } from './store.ts'

const cachedMs = 5_000

const problem = defineProblems('flags', {
  invalid_rule: {
    kind: 'invalid',
    message: "The flag '{name}' cannot be set: {reason}",
  },
})

const FlagRuleSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,99}$/, 'a name is lower-case letters, digits and hyphens'),
  percentage: z.number().min(0).max(100),
  tenants: z.record(z.uuid(), z.boolean()),
})

/** The service behind `Flags`: rules in `kernel_flags.flag`, evaluated by OpenFeature; a change shows within five seconds. */
export function flags() {
  return defineService({
    provides: Flags,
    needs: { db: Db },
    group: 'kernel',
    start: async ({ db }, { defer }) => {
      await db.migrate('kernel_flags', flagsMigrations)
      const rules = createRules(db)
      // OpenFeature keeps its providers for the whole process; a domain of its own keeps two starts apart.
      const domain = `fanfare-${randomUUID()}`
      const provider = createProvider(async (name) => (await rules.read()).find((rule) => rule.name === name))
      await OpenFeature.setProviderAndWait(domain, provider)
      defer(() => OpenFeature.setProviderAndWait(domain, NOOP_PROVIDER))
      const client = OpenFeature.getClient(domain)
      return {
        isOn: (name, tenantId) => client.getBooleanValue(name, false, { targetingKey: tenantId }),
        set: (rule) => rules.save(rule),
        list: () => rules.readNow(),
      }
    },
  })
}

function createRules(db: Database) {
  const internals = internalsOf(db)
  const run = <T>(work: (handle: Kysely<FlagsSchema>) => Promise<T>): Promise<T> => {
    const own = ({ trx }: { trx: Transaction<unknown> }) => work(trx as unknown as Transaction<FlagsSchema>)
    return internals.inTransaction() ? internals.ownerInTransaction(own) : internals.ownerTransaction(own)
  }
  let cached: { rules: FlagRule[]; until: number } | undefined
  let loading: Promise<FlagRule[]> | undefined

  const load = async () => {
    const rules = await run(findRules)
    cached = { rules, until: performance.now() + cachedMs }
    return rules
  }
  return {
    readNow: () => run(findRules),
    async read(): Promise<FlagRule[]> {
      if (cached !== undefined && performance.now() < cached.until) return cached.rules
      // Not shared inside a transaction: one that waits for another's read could wait for itself.
      if (internals.inTransaction()) return run(findRules)
      loading ??= load().finally(() => {
        loading = undefined
      })
      return loading
    },
    async save(given: FlagRule): Promise<void> {
      const parsed = FlagRuleSchema.safeParse(given)
      if (!parsed.success) {
        const reason = parsed.error.issues.map(({ message }) => message).join('; ')
        throw problem('invalid_rule', { detail: { name: given.name, reason } })
      }
      await run((handle) => saveRule(handle, parsed.data))
      db.afterCommit(() => {
        cached = undefined
      })
    },
  }
}

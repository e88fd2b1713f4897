import type { QueryResult } from 'pg'
import type { Engine } from './engine.ts'
import type { DatabaseInternals, OwnerResult, OwnerSession } from './internals.ts'
import { databaseProblem } from './problems.ts'
import type { QueryObserver } from './session.ts'
import type { Scope, Transactions } from './transactions.ts'

/** Makes the kernel's own door; see `DatabaseInternals`. */
export function openOwnerDoor(engine: Engine, transactions: Transactions, observe: QueryObserver): DatabaseInternals {
  const door: DatabaseInternals = {
    kind: engine.kind,
    inTransaction: () => transactions.current() !== undefined,
    query: (text, values) =>
      transactions.alone(async (client, caller) => {
        const began = performance.now()
        try {
          return resultOf(await client.query(text, values as unknown[]))
        } finally {
          observe(text, (performance.now() - began) / 1_000, caller)
        }
      }),
    async ownerInTransaction(work) {
      if (!door.inTransaction()) throw databaseProblem('no_transaction')
      return transactions.run({ role: 'owner' }, (scope) => work(sessionOf(scope)))
    },
    async ownerTransaction(work) {
      const open = transactions.current()
      if (open !== undefined && open.identity.role !== 'owner') throw databaseProblem('self_wait')
      return transactions.run({ role: 'owner' }, (scope) => work(sessionOf(scope)))
    },
    async ownerOfTenant(tenantId, work) {
      if (door.inTransaction()) throw databaseProblem('self_wait')
      return transactions.run({ role: 'owner', tenantId }, (scope) => work(sessionOf(scope)))
    },
    listen: (channel, hear) => engine.listen(channel, hear),
    async notify(channel, payload) {
      if (!door.inTransaction()) await engine.notify(channel, payload)
      else if (engine.kind === 'postgresql') {
        await door.ownerInTransaction((session) => session.query('select pg_notify($1, $2)', [channel, payload]))
      } else {
        // Nobody waits for it any more; whoever would have heard looks for itself before long.
        transactions.afterCommit(() => void engine.notify(channel, payload).catch(() => {}))
      }
    },
  }
  return door
}

function sessionOf({ session, identity, trx }: Scope): OwnerSession {
  return {
    trx,
    query: async (text, values) => resultOf(await session.query(identity, text, values)),
  }
}

/** Several statements give several results: the last one with columns speaks for them. */
function resultOf<Row>(result: QueryResult | QueryResult[]): OwnerResult<Row> {
  const results = Array.isArray(result) ? result : [result]
  const telling = results.findLast(({ fields }) => fields.length > 0) ?? results.at(-1)
  return { rows: (telling?.rows ?? []) as Row[], rowCount: telling?.rowCount ?? undefined }
}

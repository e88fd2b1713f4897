import { sql } from 'kysely'
import { z } from 'zod'
import { type Database, Db, defineEvent, defineService, Events, secureTenantTables, token } from '../../src/index.ts'

export const Noted = defineEvent('note.written', 1, z.object({ noteId: z.string(), words: z.int().min(0).default(0) }))
export const NotedLater = defineEvent('note.written', 2, z.object({ noteId: z.string() }))

/** Writes down what handlers do, in the transaction that is open: what commits is what happened. */
export interface Probe {
  publish(tenantId: string, ...noteIds: string[]): Promise<void>
  /** To be called by a handler. */
  record(tenantId: string, what: string): Promise<void>
  /** Everything recorded for a tenant, in order. */
  recorded(tenantId: string): Promise<string[]>
}
export const Probe = token<Probe>()('probe')

export const probe = defineService({
  provides: Probe,
  needs: { db: Db, events: Events },
  migrations: [
    {
      name: '001-effect',
      async up(db) {
        await sql`
          create table probe.effect (
            id bigint generated always as identity primary key, tenant_id uuid not null, what text not null
          )`.execute(db)
        await secureTenantTables(db, ['probe.effect'])
      },
    },
  ],
  start: ({ db, events }): Probe => ({
    publish: (tenantId, ...noteIds) =>
      db.withTenant(tenantId, async () => {
        for (const noteId of noteIds) await events.publish(Noted, { noteId })
      }),
    record: (tenantId, what) => record(db, tenantId, what),
    recorded: (tenantId) => recorded(db, tenantId),
  }),
})

async function record(db: Database, tenantId: string, what: string): Promise<void> {
  await db.withTenant(tenantId, (trx) =>
    sql`insert into probe.effect (tenant_id, what) values (${tenantId}, ${what})`.execute(trx),
  )
}

async function recorded(db: Database, tenantId: string): Promise<string[]> {
  const { rows } = await db.withTenant(tenantId, (trx) =>
    sql<{ what: string }>`select what from probe.effect order by id`.execute(trx),
  )
  return rows.map(({ what }) => what)
}

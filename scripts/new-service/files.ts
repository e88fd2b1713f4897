/** The files of a new service by path, with the noun in the right places. */
export function serviceFiles(noun: string): Record<string, string> {
  const camel = noun.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const pascal = camel.charAt(0).toUpperCase() + camel.slice(1)
  const snake = noun.replaceAll('-', '_')
  return {
    'package.json': `${JSON.stringify(
      {
        name: `@fanfare/${noun}`,
        version: '0.1.0',
        private: true,
        license: 'Apache-2.0',
        type: 'module',
        exports: { '.': './src/service.ts', './contract': './src/contract.ts' },
        dependencies: { '@fanfare/kernel': '0.1.0', kysely: '0.29.9', zod: '4.6.7' },
      },
      null,
      2,
    )}\n`,
    'README.md': `# ${noun}\n\nOwns: notes.\n\n- Tables: \`${snake}.note\`\n- Routes: \`GET /v1/${noun}\`, \`POST /v1/${noun}\`\n- Events: none\n- Jobs: none\n- Config: none\n- When it breaks: look at \`/health\` first.\n`,
    'migrations/001-note.ts': `import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

export const note: Migration = {
  name: '001-note',
  async up(db) {
    await sql\`
      create table ${snake}.note (
        tenant_id uuid not null,
        id uuid not null,
        text text not null,
        created_at timestamptz not null,
        primary key (tenant_id, id)
      )
    \`.execute(db)
    await secureTenantTables(db, ['${snake}.note'])
  },
}
`,
    'src/contract.ts': `import { defineContract } from '@fanfare/kernel'
import { z } from 'zod'

export const Note = z.object({ id: z.uuid(), text: z.string(), createdAt: z.iso.datetime() })
export type Note = z.infer<typeof Note>
export const NewNote = z.object({ text: z.string().trim().min(1).max(1000) })

/** What other services may ask of ${noun}. */
export const ${pascal} = defineContract('${snake}', 1, {
  countNotes: { input: z.object({ tenantId: z.uuid() }), output: z.object({ count: z.int() }) },
})
`,
    'src/store.ts': `import type { Trx } from '@fanfare/kernel'

export interface Schema {
  '${snake}.note': { tenant_id: string; id: string; text: string; created_at: Date }
}

export function insertNote(trx: Trx<Schema>, row: Schema['${snake}.note']) {
  return trx.insertInto('${snake}.note').values(row).returningAll().executeTakeFirstOrThrow()
}

/** Newest first. */
export function listNotes(trx: Trx<Schema>, limit: number) {
  return trx.selectFrom('${snake}.note').selectAll().orderBy('id', 'desc').limit(limit).execute()
}

export async function countNotes(trx: Trx<Schema>): Promise<number> {
  const { count } = await trx
    .selectFrom('${snake}.note')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
`,
    'src/notes.ts': `import type { Clock, Database, Ids } from '@fanfare/kernel'
import type { z } from 'zod'
import type { NewNote, Note } from './contract.ts'
import { insertNote, listNotes, type Schema } from './store.ts'

interface Deps {
  db: Database<Schema>
  clock: Clock
  ids: Ids
}

export function addNote(deps: Deps, tenantId: string, { text }: z.output<typeof NewNote>): Promise<Note> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const row = { tenant_id: tenantId, id: deps.ids.next(), text, created_at: deps.clock.now() }
    return toNote(await insertNote(trx, row))
  })
}

export function findNotes({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<Note[]> {
  return db.withTenant(tenantId, async (trx) => (await listNotes(trx, 100)).map(toNote))
}

function toNote(row: Schema['${snake}.note']): Note {
  return { id: row.id, text: row.text, createdAt: row.created_at.toISOString() }
}
`,
    'src/routes.ts': `import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { NewNote, Note } from './contract.ts'
import { addNote, findNotes } from './notes.ts'

type Deps = Parameters<typeof addNote>[0]

export function ${camel}Routes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/${noun}',
      name: 'list${pascal}',
      summary: 'The newest notes',
      access: can('workspace.read'),
      replies: { 200: z.object({ rows: z.array(Note) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await findNotes(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/${noun}',
      name: 'create${pascal}',
      summary: 'Adds a note',
      access: can('workspace.write'),
      body: NewNote,
      replies: { 201: Note },
      handler: async ({ caller, body }) => ({ status: 201, body: await addNote(deps, caller.tenantId, body) }),
    }),
  ]
}
`,
    'src/service.ts': `import { Db, defineService, Http, implement } from '@fanfare/kernel'
import { note } from '../migrations/001-note.ts'
import { ${pascal} } from './contract.ts'
import { ${camel}Routes } from './routes.ts'
import { countNotes, type Schema } from './store.ts'

export const ${camel} = defineService({
  provides: ${pascal},
  needs: { db: Db, http: Http },
  migrations: [note],
  start({ db, http }, { clock, ids }) {
    const deps = { db: db.as<Schema>(), clock, ids }
    http.mount('${noun}', ${camel}Routes(deps))
    return implement(${pascal}, {
      countNotes: async ({ tenantId }) => ({ count: await deps.db.withTenant(tenantId, countNotes) }),
    })
  },
})
`,
    [`test/${noun}.test.ts`]: `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boot } from '@fanfare/testkit'
import { ${camel} } from '../src/service.ts'

test('keeps a note and shows it only to its own workspace', async () => {
  await using app = await boot([${camel}])
  const mine = app.as({ tenantId: app.tenant(), role: 'owner' })
  const stranger = app.as({ tenantId: app.tenant(), role: 'owner' })

  const made = await mine.post('/v1/${noun}', { text: 'hello' })

  assert.equal(made.status, 201)
  assert.deepEqual((await mine.get('/v1/${noun}')).body, { rows: [made.body] })
  assert.deepEqual((await stranger.get('/v1/${noun}')).body, { rows: [] })
})
`,
  }
}

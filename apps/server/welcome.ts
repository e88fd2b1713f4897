import { Identity } from '@fanfare/identity/contract'
import { type Database, Db, Http, type Running } from '@fanfare/kernel'

/** What the first lines of a start say: where the console is, where the data lies, and on a first run the setup link. */
export async function welcome(app: Running<'http' | 'db' | 'identity'>): Promise<string> {
  const { publicUrl } = app.get(Http)
  const database: Database = app.get(Db)
  const lines = ['', `  Fanfare is running at ${publicUrl}`, `  Data: ${describeDatabase(database)}`]
  const isHere = app.registry.services().some(({ name }) => name === Identity.id)
  const link = isHere ? await app.get(Identity).findSetupLink({}) : undefined
  if (link?.url) lines.push('', '  First run. Make the owner account with this link (it works once):', `  ${link.url}`)
  return [...lines, ''].join('\n')
}

function describeDatabase(database: Database): string {
  return database.kind === 'pglite' ? 'embedded PostgreSQL (PGlite) in the data folder' : 'PostgreSQL'
}

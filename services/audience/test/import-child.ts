/*
 * A process of its own that imports a file, for a test to kill. Told by its one argument what to boot with; with an
 * `importId` it goes on with that import, else it begins one. Says the import's state in lines of JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { boot } from '@fanfare/testkit'
import { audience } from '../src/service.ts'
import { start, upload } from './factories.ts'

interface Told {
  readonly config: Record<string, Record<string, unknown>>
  readonly tenantId: string
  readonly importId?: string
  readonly file?: string
}

const told: Told = JSON.parse(process.argv[2] ?? '{}')
await using app = await boot([audience], { config: told.config })
const api = app.as({ tenantId: told.tenantId, role: 'owner' })
const importId = told.importId ?? (await begin())
for (;;) {
  const { body } = await api.get(`/v1/imports/${importId}`)
  console.log(JSON.stringify(body))
  if (body.state !== 'running') break
  await sleep(20)
}
const lists = await api.get('/v1/lists')
console.log(
  JSON.stringify({ counts: (await api.get('/v1/contacts/count')).body, members: lists.body.rows[0].contacts }),
)

async function begin(): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const uploaded = await upload(api, await readFile(told.file as string))
  await start(api, uploaded, { listName: 'All' })
  return uploaded.id
}

import { openAsBlob } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FanfareClient } from '@fanfare/sdk'
import { writePeople } from './people.ts'
import { taken } from './replies.ts'

export interface People {
  /** Number of the first of them. */
  readonly first: number
  readonly count: number
  readonly listName?: string
}

/** Makes people and brings them in through the import, with consent; `folder` holds the file meanwhile. */
export async function importPeople(client: FanfareClient, folder: string, people: People): Promise<void> {
  const file = join(folder, 'people.csv')
  await writePeople(file, people.first, people.count)
  const { id, columns } = await taken(
    client.POST('/v1/imports', {
      params: { query: { fileName: 'people.csv' } },
      // The document says a string; the wire takes the file's bytes, read as they are sent.
      body: (await openAsBlob(file)) as unknown as string,
      bodySerializer: (body) => body,
      headers: { 'content-type': 'text/csv' },
    }),
  )
  const path = { importId: id }
  const { listName } = people
  await taken(
    client.POST('/v1/imports/{importId}/start', {
      params: { path },
      body: {
        columns: columns.map(({ target }) => target),
        consentBasis: 'opt_in',
        tags: [],
        onDuplicate: 'update',
        ...(listName === undefined ? {} : { listName }),
      },
    }),
  )
  for (;;) {
    const { state, created, failure } = await taken(client.GET('/v1/imports/{importId}', { params: { path } }))
    if (state === 'done' && created === people.count) break
    if (state !== 'running') {
      throw new Error(`The import is ${state} with ${created} of ${people.count} people: ${failure}`)
    }
    await sleep(200)
  }
  await rm(file)
}

import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { type ConsentBasis, consentBases, type Import } from '@fanfare/audience/contract'
import type { FanfareClient } from '@fanfare/sdk'
import { type Command, onlyWord, UsageError } from '../command.ts'
import { createOutput, type Output } from '../output.ts'
import { poll, taken } from '../replies.ts'
import { openSession } from '../session.ts'

export const importContacts: Command = {
  usage: '<file.csv> [--consent <basis>] [--list <name>] [--workspace <name>] [--json]',
  about: 'Imports contacts from a CSV file',
  details: `--consent says on what ground these people may be written to: ${consentBases.join(', ')} (default none: kept, not mailed).\n`,
  async run(words) {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        json: { type: 'boolean', default: false },
        consent: { type: 'string', default: 'none' },
        list: { type: 'string' },
        workspace: { type: 'string' },
      },
      allowPositionals: true,
    })
    const file = onlyWord(positionals, 'Say which CSV file to import.')
    await assertFile(file)
    const consentBasis = consentBases.find((basis) => basis === values.consent)
    if (consentBasis === undefined) {
      throw new UsageError(`--consent ${values.consent} is not known. Use one of ${consentBases.join(', ')}.`)
    }
    const output = createOutput(values.json)
    await using session = await openSession({ only: ['identity', 'audience'], workspace: values.workspace })
    const began = performance.now()
    const done = await runImport(session.client, { file, consentBasis, listName: values.list }, output)
    const seconds = (performance.now() - began) / 1000
    // Kilobytes on Linux, as getrusage has it; this process holds the server and, without DATABASE_URL, the database.
    const peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1024)
    const rowsPerSecond = Math.round(done.rowsRead / seconds)
    output.finish(
      [
        `  ${done.created} created, ${done.updated} updated, ${done.rejected} rejected of ${done.rowsRead} rows`,
        `  ${rowsPerSecond} rows/s, peak memory ${peakMemoryMb} MB`,
        ...(consentBasis === 'none' ? ['  No consent basis was given: they are kept, but cannot be mailed.'] : []),
      ].join('\n'),
      { ...summaryOf(done), seconds: Number(seconds.toFixed(2)), rowsPerSecond, peakMemoryMb },
    )
    return done.state === 'done' ? 0 : 1
  },
}

function summaryOf({ id, state, rowsRead, created, updated, rejected, failure }: Import) {
  return { importId: id, state, rows: rowsRead, created, updated, rejected, failure }
}

/** Asked before the product starts, so that a mistyped path is told at once. */
async function assertFile(file: string): Promise<void> {
  const standing = await stat(file).catch(() => undefined)
  if (standing === undefined) throw new UsageError(`There is no file ${file}.`)
  if (!standing.isFile()) throw new UsageError(`${file} is not a file. Name the CSV file itself.`)
}

/** The command takes the mapping that the header suggests, so the header must name the addresses. */
function assertAddresses({ fileName, columns }: Pick<Import, 'fileName' | 'columns'>): void {
  if (columns.some(({ target }) => target.kind === 'field' && target.key === 'email')) return
  const names = columns.map(({ header }) => `"${header}"`).join(', ')
  throw new Error(
    `${fileName} has no column of email addresses that could be told by its name; its columns are ${names}. ` +
      'Name the column "email", or map the columns yourself in the console under Contacts, Import.',
  )
}

export interface ImportRequest {
  file: string
  consentBasis: ConsentBasis
  listName?: string | undefined
}

/** Uploads a file, takes the mapping that the header suggests, and waits for the import to end. */
export async function runImport(client: FanfareClient, request: ImportRequest, output: Output): Promise<Import> {
  const { file, consentBasis, listName } = request
  const uploaded = await taken(
    client.POST('/v1/imports', {
      params: { query: { fileName: basename(file) } },
      // The document says a string; the wire takes the file's bytes, read as they are sent.
      body: (await openAsBlob(file)) as unknown as string,
      bodySerializer: (body) => body,
      headers: { 'content-type': 'text/csv' },
    }),
  )
  const source = uploaded.source === 'unknown' ? '' : `, looks like ${uploaded.source}`
  output.step(`${uploaded.fileName}: ${uploaded.columns.length} columns, ${uploaded.encoding}${source}`)
  assertAddresses(uploaded)
  const path = { importId: uploaded.id }
  await taken(
    client.POST('/v1/imports/{importId}/start', {
      params: { path },
      body: {
        columns: uploaded.columns.map(({ target }) => target),
        consentBasis,
        tags: [],
        onDuplicate: 'update',
        ...(listName === undefined ? {} : { listName }),
      },
    }),
  )
  const bar = output.bar('Importing', uploaded.bytes)
  const ended = await poll(
    () => taken(client.GET('/v1/imports/{importId}', { params: { path } })),
    ({ state, bytesRead }) => {
      bar.set(bytesRead)
      return state !== 'running' && state !== 'uploaded'
    },
    100,
  )
  bar.stop()
  if (ended.state === 'failed') throw new Error(`The import failed: ${ended.failure}`)
  return ended
}

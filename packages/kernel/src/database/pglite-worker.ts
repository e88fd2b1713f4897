import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import type { PGlite } from '@electric-sql/pglite'
import { makeFolder } from './pglite-folder.ts'
import type { PgliteAnswer, PgliteFailure, PgliteRequest } from './pglite-messages.ts'
import { openPglite } from './pglite-open.ts'

/** The thread that runs the embedded database. It answers one request after the other and knows no SQL of ours. */
let database: PGlite | undefined

parentPort?.on('message', async ({ id, request }: { id: number; request: PgliteRequest }) => {
  let answer: PgliteAnswer
  try {
    answer = { id, ...(await perform(request)) }
  } catch (error) {
    answer = { id, failure: failureOf(error) }
  }
  parentPort?.postMessage(answer, answer.bytes ? [answer.bytes.buffer] : [])
})

async function perform(request: PgliteRequest): Promise<{ bytes?: Uint8Array<ArrayBuffer> }> {
  if (request.ask === 'open') {
    database = await open(request.folder, request.archive)
    return {}
  }
  if (database === undefined) throw new Error('the embedded database is not open')
  switch (request.ask) {
    case 'exchange':
      return { bytes: ownBytes(await database.execProtocolRaw(request.bytes)) }
    case 'copy':
      await database.query(request.text, [], { blob: new Blob([request.bytes]) })
      return {}
    case 'archive':
      await writeArchive(database, request.file)
      return {}
    case 'close':
      await database.close()
      database = undefined
      return {}
  }
}

async function open(folder: string | undefined, archive: string | undefined): Promise<PGlite> {
  if (folder === undefined) return openPglite(undefined, archive)
  if (!existsSync(join(folder, 'PG_VERSION'))) await makeFolder(folder, archive)
  return openPglite(folder, undefined)
}

/** Complete or absent under its name: a kill leaves only the `.part` behind. */
async function writeArchive(open: PGlite, file: string): Promise<void> {
  await open.exec('checkpoint')
  const archive = await open.dumpDataDir(file.endsWith('.tar') ? 'none' : 'gzip')
  const part = `${file}.${process.pid}.part`
  writeFileSync(part, new Uint8Array(await archive.arrayBuffer()))
  renameSync(part, file)
}

/** A copy of its own buffer when the bytes are a view into a larger one, so that it can change threads. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer
  return whole ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice()
}

function failureOf(error: unknown): PgliteFailure {
  if (!(error instanceof Error)) {
    // The WebAssembly program's own exit is a plain object with a message.
    return { message: (error as { message?: string } | null)?.message ?? String(error), fields: {} }
  }
  const fields = Object.entries(error).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { message: error.message, fields: Object.fromEntries(fields) }
}

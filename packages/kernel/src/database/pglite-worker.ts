import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { PgliteAnswer, PgliteFailure, PgliteRequest } from './pglite-messages.ts'

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

/** Opens a folder, or memory. A new folder is made beside its place and renamed, so a kill leaves none half made. */
async function open(folder: string | undefined, archive: string | undefined): Promise<PGlite> {
  if (folder === undefined) return PGlite.create({ ...startFrom(archive) })
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    const making = `${folder}.making`
    rmSync(making, { recursive: true, force: true })
    const made = await PGlite.create({ dataDir: making, ...startFrom(archive) })
    await made.close()
    rmSync(folder, { recursive: true, force: true })
    renameSync(making, folder)
  }
  return PGlite.create({ dataDir: folder })
}

function startFrom(archive: string | undefined): { loadDataDir?: File } {
  if (archive === undefined) return {}
  const bytes = readFileSync(archive)
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const name = packed ? 'database.tar.gz' : 'database.tar'
  return { loadDataDir: new File([bytes], name, { type: packed ? 'application/x-gzip' : 'application/x-tar' }) }
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

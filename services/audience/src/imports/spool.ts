import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { decodeStream } from 'iconv-lite'
import { problem } from '../errors.ts'
import { describeBinary, detectEncoding } from './encoding.ts'

const headBytes = 256 * 1024

/** An uploaded file, kept as valid UTF-8 whatever it came in. */
export interface SpooledFile {
  readonly path: string
  /** As uploaded. */
  readonly bytes: number
  /** Of the UTF-8 file, mark included. */
  readonly textBytes: number
  readonly encoding: string
  /** Where the text begins. */
  readonly start: number
}

/** Where the file of one import is: named by ids alone, so nothing of a caller's reaches the path. */
export function spoolPath(dataDir: string, tenantId: string, importId: string): string {
  const root = dataDir.startsWith('memory://') ? join(tmpdir(), 'fanfare') : dataDir
  return join(root, 'imports', tenantId, importId)
}

/** Writes an upload to `path`, finds its encoding and turns it into UTF-8. Removes what it wrote when that fails. */
export async function spoolUpload(stream: Readable, path: string): Promise<SpooledFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  try {
    const sample = new Sampler()
    await pipeline(stream, sample, createWriteStream(path, { mode: 0o600 }))
    if (sample.bytes === 0) throw problem('import_empty')
    const found = describeBinary(sample.head)
    if (found !== undefined) throw problem('import_not_text', { detail: { found } })
    const { name, markBytes } = detectEncoding(sample)
    if (name === 'utf-8' && sample.broken === undefined) {
      return { path, bytes: sample.bytes, textBytes: sample.bytes, encoding: name, start: markBytes }
    }
    await recode(path, name)
    return { path, bytes: sample.bytes, textBytes: (await stat(path)).size, encoding: name, start: 0 }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

export async function removeSpool(path: string): Promise<void> {
  await rm(path, { force: true })
}

/** The first part of a spooled file as text, and whether that is all of it. */
export async function readBeginning({
  path,
  start,
  textBytes,
}: SpooledFile): Promise<{ text: string; isWhole: boolean }> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, start)
  const isWhole = start + bytesRead >= textBytes
  return {
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(buffer.subarray(0, bytesRead), { stream: !isWhole }),
    isWhole,
  }
}

/** iconv-lite takes the mark of Unicode encodings away. */
async function recode(path: string, encoding: string): Promise<void> {
  const copy = `${path}.utf8`
  try {
    await pipeline(createReadStream(path), decodeStream(encoding), createWriteStream(copy, { mode: 0o600 }))
    await rename(copy, path)
  } finally {
    await rm(copy, { force: true })
  }
}

/** Passes bytes on and remembers the first of them, and the first that are not UTF-8. */
class Sampler extends Transform {
  bytes = 0
  head = Buffer.alloc(0)
  broken: Buffer | undefined
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  override _transform(chunk: Buffer, _encoding: string, done: (error: Error | null, chunk: Buffer) => void): void {
    this.bytes += chunk.byteLength
    if (this.head.byteLength < headBytes) {
      this.head = Buffer.concat([this.head, chunk.subarray(0, headBytes - this.head.byteLength)])
    }
    if (this.broken === undefined) this.#check(chunk, true)
    done(null, chunk)
  }

  override _flush(done: () => void): void {
    if (this.broken === undefined) this.#check(Buffer.alloc(0), false)
    done()
  }

  #check(chunk: Buffer, more: boolean): void {
    try {
      this.#decoder.decode(chunk, { stream: more })
    } catch {
      this.broken = chunk.byteLength === 0 ? this.head : Buffer.from(chunk)
    }
  }
}

import type { FileHandle } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import { type Dialect, isBlank } from './dialect.ts'
import { incomplete, scanRow, unclosed } from './scan-row.ts'

/** Small enough for its text to be made, and thrown away, among V8's young objects: large strings wait for a full collection. */
const chunkBytes = 32 * 1024
/** A row that is longer is refused: nothing a contact has needs it, and memory stays bounded. */
export const maxRowLength = 256 * 1024
/** Characters after which a read ends, however few its rows: a batch is held in memory. */
const maxReadLength = 8 * 1024 * 1024

export type RowFault = 'unclosed_quote' | 'too_long'

/** Takes one row; `cells` is used again for the next. */
export type TakeRow = (cells: readonly string[], rowNumber: number, fault: RowFault | undefined) => void

/** Where the next unread row begins: bytes of the UTF-8 file, and rows before it. */
export interface Position {
  readonly bytes: number
  readonly row: number
}

/**
 * Reads rows of a UTF-8 file from a position, in constant memory, and knows the exact position after each batch.
 * Owns the file handle.
 */
export class RowReader implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #dialect: Pick<Dialect, 'delimiter' | 'newline'>
  readonly #decoder = new StringDecoder('utf8')
  readonly #chunk = Buffer.allocUnsafe(chunkBytes)
  readonly #cells: string[] = []
  #text = ''
  /** Index in `#text` of the next row. */
  #at = 0
  /** Byte offset of `#text[0]`, and of the next read. */
  #base: number
  #next: number
  #row: number
  #isWhole = false
  /** Up to here no quote closes one that was opened before: quoted cells must end on their line. */
  #oneLineUntil = 0

  constructor(file: FileHandle, dialect: Pick<Dialect, 'delimiter' | 'newline'>, from: Position) {
    this.#file = file
    this.#dialect = dialect
    this.#base = from.bytes
    this.#next = from.bytes
    this.#row = from.row
  }

  get position(): Position {
    const before = this.#at === 0 ? 0 : Buffer.byteLength(this.#text.slice(0, this.#at))
    return { bytes: this.#base + before, row: this.#row }
  }

  /** Hands up to `limit` rows that are not blank to `take`. Returns false at the end of the file. */
  async read(limit: number, take: TakeRow): Promise<boolean> {
    let length = 0
    for (let taken = 0; taken < limit && length < maxReadLength; ) {
      if (this.#at >= this.#text.length && !(await this.#fill())) return false
      const end = this.#scan()
      if (end === incomplete) {
        await this.#fill()
        continue
      }
      if (end === unclosed) {
        this.#takeBroken(take)
        taken++
        continue
      }
      length += end - this.#at
      this.#at = end
      this.#row++
      if (isBlank(this.#cells)) continue
      take(this.#cells, this.#row, undefined)
      taken++
    }
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }

  /** Scans one row; one that has grown too long without an end counts as broken. */
  #scan(): number {
    const oneLine = this.#at < this.#oneLineUntil
    const end = scanRow(this.#text, this.#at, this.#dialect, { isWhole: this.#isWhole, oneLine }, this.#cells)
    const isTooLong = (end === incomplete ? this.#text.length : end) - this.#at > maxRowLength
    if (end !== unclosed && !isTooLong) return end
    if (!oneLine) this.#oneLineUntil = this.#text.length
    return unclosed
  }

  /** Gives one line up and goes on with the next. */
  #takeBroken(take: TakeRow): void {
    const start = this.#at
    const newline = this.#text.indexOf(this.#dialect.newline, start)
    const end = newline < 0 ? this.#text.length : newline + 1
    const isTooLong = end - start > maxRowLength
    this.#at = end
    this.#row++
    const line = this.#text.slice(start, Math.min(end, start + 1_000)).replace(/[\r\n]+$/, '')
    take([line], this.#row, isTooLong ? 'too_long' : 'unclosed_quote')
  }

  /** Drops what was read and reads on; false when nothing is left. */
  async #fill(): Promise<boolean> {
    if (this.#isWhole) return this.#at < this.#text.length
    const dropped = this.#at
    const kept = this.#text.slice(dropped)
    this.#base += dropped === 0 ? 0 : Buffer.byteLength(this.#text.slice(0, dropped))
    const { bytesRead } = await this.#file.read(this.#chunk, 0, chunkBytes, this.#next)
    this.#next += bytesRead
    this.#isWhole = bytesRead === 0
    this.#text = kept + (this.#isWhole ? this.#decoder.end() : this.#decoder.write(this.#chunk.subarray(0, bytesRead)))
    this.#at = 0
    this.#oneLineUntil = Math.max(0, this.#oneLineUntil - dropped)
    return this.#text.length > 0 || !this.#isWhole
  }
}

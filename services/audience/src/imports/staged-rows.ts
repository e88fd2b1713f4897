import { type ContactRow, graver } from './contact-rows.ts'
import { KeyIndex } from './key-index.ts'
import type { RowStatus } from './status-words.ts'

const firstCapacity = 512 * 1024
const columns = ['id', 'key', 'email', 'firstName', 'lastName', 'fields', 'status'] as const
const tab = 9
const firstRows = 8_192
const idLength = 36

/**
 * The contacts of one batch as COPY's text format (https://www.postgresql.org/docs/current/sql-copy.html), one row a person.
 * They are bytes from the moment they are read: as objects they would live just long enough to wait for a full garbage
 * collection, and memory would grow with the file. Used again for the batch after the next.
 */
export class StagedRows {
  #bytes = Buffer.allocUnsafe(firstCapacity)
  #length = 0
  readonly #index = new KeyIndex()
  /** Where the row at each place begins and ends, in pairs. */
  #bounds = new Int32Array(firstRows * 2)
  #hasMerged = false
  readonly #tags = new Map<string, readonly string[]>()
  #hasUnhappy = false

  get size(): number {
    return this.#index.size
  }

  /** Tags that rows name, by address key. */
  get tags(): ReadonlyMap<string, readonly string[]> {
    return this.#tags
  }

  /** Whether anybody here must not be written to. */
  get hasUnhappy(): boolean {
    return this.#hasUnhappy
  }

  clear(): this {
    this.#length = 0
    this.#index.clear()
    this.#tags.clear()
    this.#hasMerged = false
    this.#hasUnhappy = false
    return this
  }

  /** Adds a row, or merges it with the earlier one of the same person as if they were written one after the other. */
  add(row: ContactRow, id: string, onDuplicate: 'update' | 'keep'): void {
    if (row.status !== 'subscribed') this.#hasUnhappy = true
    const place = this.#index.findOrAdd(
      row.key,
      (other) => this.#isKeyAt(other, row.key),
      (other) => this.#read(other).key,
    )
    if (place === undefined) {
      this.#write(this.size - 1, row, id)
      if (row.tags.length > 0) this.#tags.set(row.key, row.tags)
      return
    }
    this.#hasMerged = true
    const earlier = this.#read(place)
    this.#write(place, merge(earlier, row, onDuplicate), earlier.id)
    if (row.tags.length > 0) {
      this.#tags.set(row.key, [...new Set([...(this.#tags.get(row.key) ?? []), ...row.tags])])
    }
  }

  /** The rows in COPY's format. */
  async *chunks(): AsyncGenerator<Buffer> {
    if (!this.#hasMerged) {
      yield this.#bytes.subarray(0, this.#length)
      return
    }
    const rows = Array.from({ length: this.size }, (_, place) => this.#bytes.subarray(...this.#boundsOf(place)))
    yield Buffer.concat(rows)
  }

  #write(place: number, row: ContactRow, id: string): void {
    const line = `${id}\t${row.key}\t${row.email}\t${escapeCopy(row.firstName)}\t${escapeCopy(row.lastName)}\t${escapeCopy(row.fields)}\t${row.status}\n`
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(line.length * 3)
    if (place * 2 >= this.#bounds.length) {
      const grown = new Int32Array(this.#bounds.length * 2)
      grown.set(this.#bounds)
      this.#bounds = grown
    }
    this.#bounds[place * 2] = this.#length
    this.#length += this.#bytes.write(line, this.#length)
    this.#bounds[place * 2 + 1] = this.#length
  }

  #boundsOf(place: number): [start: number, end: number] {
    return [this.#bounds[place * 2] as number, this.#bounds[place * 2 + 1] as number]
  }

  /** Keys are ASCII, and follow an id of 36 characters. */
  #isKeyAt(place: number, key: string): boolean {
    const start = (this.#bounds[place * 2] as number) + idLength + 1
    for (let index = 0; index < key.length; index++) {
      if (this.#bytes[start + index] !== key.charCodeAt(index)) return false
    }
    return this.#bytes[start + key.length] === tab
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + bytes))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }

  #read(place: number): ContactRow & { id: string } {
    const [start, end] = this.#boundsOf(place)
    const line = this.#bytes.toString('utf8', start, end - 1)
    const cells = line.split(String.fromCharCode(tab)).map(unescapeCopy)
    const row = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))
    return { ...(row as Omit<ContactRow, 'tags'> & { id: string; status: RowStatus }), tags: [] }
  }
}

/** What is given later wins, what is missing stays. */
function merge(earlier: ContactRow, later: ContactRow, onDuplicate: 'update' | 'keep'): ContactRow {
  const status = graver(earlier.status, later.status)
  if (onDuplicate === 'keep') return { ...earlier, status }
  return {
    ...earlier,
    status,
    firstName: later.firstName || earlier.firstName,
    lastName: later.lastName || earlier.lastName,
    fields: mergeJson(earlier.fields, later.fields),
  }
}

function mergeJson(earlier: string, later: string): string {
  if (later === '{}') return earlier
  if (earlier === '{}') return later
  return JSON.stringify({ ...JSON.parse(earlier), ...JSON.parse(later) })
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const unescapes: Readonly<Record<string, string>> = { '\\\\': '\\', '\\t': '\t', '\\n': '\n', '\\r': '\r' }

function escapeCopy(text: string): string {
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (found) => escapes[found] as string) : text
}

function unescapeCopy(text: string): string {
  return text.replace(/\\[\\tnr]/g, (found) => unescapes[found] as string)
}

import { encodingExists } from 'iconv-lite'
import { detect } from 'jschardet'

/** What is known of a file's bytes after it went by. */
export interface ByteSample {
  readonly head: Buffer
  /** The first part that is not UTF-8; undefined when all of it is. */
  readonly broken: Buffer | undefined
}

export interface DetectedEncoding {
  /** A name that iconv-lite knows. */
  readonly name: string
  /** Bytes of the mark at the beginning. */
  readonly markBytes: number
}

/** Share of damaged characters up to which a file is UTF-8 with a few bad bytes rather than something else. */
const damagedShare = 0.05
/** Bytes above 127 that stand together, on average, in text that is not in Latin letters; accents stand alone. */
const foreignRun = 1.8

/** Decides the encoding by mark, validity and pattern, in this order. */
export function detectEncoding({ head, broken }: ByteSample): DetectedEncoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: 'utf-8', markBytes: 3 }
  if (head[0] === 0xff && head[1] === 0xfe) return { name: 'utf-16le', markBytes: 2 }
  if (head[0] === 0xfe && head[1] === 0xff) return { name: 'utf-16be', markBytes: 2 }
  const wide = detectUnmarkedUtf16(head)
  if (wide) return { name: wide, markBytes: 0 }
  if (broken === undefined || isDamagedUtf8(broken)) return { name: 'utf-8', markBytes: 0 }
  return { name: isForeignScript(broken) ? guessForeign(broken) : 'windows-1252', markBytes: 0 }
}

/** jschardet tells scripts apart well and Latin encodings badly, so it is asked only about the former. */
function guessForeign(bytes: Buffer): string {
  const name = detect(bytes).encoding?.toLowerCase()
  return name !== undefined && encodingExists(name) ? name : 'windows-1252'
}

function isForeignScript(bytes: Buffer): boolean {
  let high = 0
  let runs = 0
  for (let index = 0; index < bytes.length; index++) {
    if ((bytes[index] as number) < 128) continue
    high++
    if (index === 0 || (bytes[index - 1] as number) < 128) runs++
  }
  return high / Math.max(runs, 1) >= foreignRun
}

/** Text that is mostly ASCII has a zero in every other byte when it is UTF-16. */
function detectUnmarkedUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const pairs = Math.min(head.length >> 1, 2_000)
  if (pairs < 4) return undefined
  let low = 0
  let high = 0
  for (let pair = 0; pair < pairs; pair++) {
    if (head[pair * 2] === 0) high++
    if (head[pair * 2 + 1] === 0) low++
  }
  if (low > pairs * 0.4 && high < pairs * 0.1) return 'utf-16le'
  if (high > pairs * 0.4 && low < pairs * 0.1) return 'utf-16be'
  return undefined
}

function isDamagedUtf8(bytes: Buffer): boolean {
  const text = bytes.toString('utf8')
  const damaged = text.match(/\ufffd/g)?.length ?? 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself
  const foreign = text.match(/[^\x00-\x7f]/gu)?.length ?? 0
  return foreign > 0 && damaged / foreign <= damagedShare
}

/** What a file is that is no text at all, or undefined. Signatures: https://en.wikipedia.org/wiki/List_of_file_signatures */
export function describeBinary(head: Buffer): string | undefined {
  const start = head.toString('latin1', 0, 8)
  if (start.startsWith('PK\x03\x04')) return 'an Excel workbook or an archive'
  if (start.startsWith('\xd0\xcf\x11\xe0')) return 'an old Excel workbook'
  if (start.startsWith('%PDF-')) return 'a PDF document'
  if (start.startsWith('\x1f\x8b')) return 'compressed'
  if (start.startsWith('\x89PNG') || start.startsWith('\xff\xd8\xff') || start.startsWith('GIF8')) return 'an image'
  return undefined
}

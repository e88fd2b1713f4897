export const pictureTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/svg+xml'] as const
export type PictureType = (typeof pictureTypes)[number]

/** What bytes are, by their own words; undefined for what is no picture that is taken. */
export function typeOfPicture(bytes: Buffer): PictureType | undefined {
  if (bytes.subarray(0, 8).equals(pngStart)) return 'image/png'
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp'
  return isSvg(bytes) ? 'image/svg+xml' : undefined
}

/**
 * Whether a picture ends where its format says, with nothing behind: an archive or a page can hide there, and what reads
 * from the end would take the file for one.
 */
export function endsCleanly(bytes: Buffer, type: PictureType): boolean {
  switch (type) {
    case 'image/png':
      return endOfPng(bytes) === bytes.length
    case 'image/jpeg':
      return endOfJpeg(bytes) === bytes.length
    case 'image/webp': {
      // https://developers.google.com/speed/webp/docs/riff_container: the size counts what follows it, padded to even.
      const end = bytes.length >= 8 ? 8 + bytes.readUInt32LE(4) : -1
      return end + (end % 2) === bytes.length || end === bytes.length
    }
    case 'image/svg+xml':
      return /<\/svg>\s*(<!--[^>]*-->\s*)*$|<svg\b[^>]*\/>\s*$/i.test(bytes.subarray(-4_096).toString('latin1'))
  }
}

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** https://www.w3.org/TR/png-3/#5Chunk-layout: length, type, data, checksum. */
function endOfPng(bytes: Buffer): number {
  let at = pngStart.length
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at)
    if (ascii(bytes, at + 4, at + 8) === 'IEND') return end
    at = end
  }
  return -1
}

/** ITU-T T.81, B.1: segments of a marker and a length; behind a start of scan, data in which 0xff is followed by 0 or a restart. */
function endOfJpeg(bytes: Buffer): number {
  let at = 2
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return -1
    const marker = bytes[at + 1] as number
    if (marker === 0xd9) return at + 2
    if (marker === 0xff) at += 1
    else if (isBare(marker)) at += 2
    else if (at + 4 > bytes.length) return -1
    else {
      at += 2 + bytes.readUInt16BE(at + 2)
      if (marker === 0xda) at = endOfScan(bytes, at)
    }
  }
  return -1
}

function endOfScan(bytes: Buffer, from: number): number {
  let at = from
  while (at + 1 < bytes.length) {
    const next = bytes[at + 1] as number
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && !isBare(next)) return at
    at += 1
  }
  return bytes.length
}

/** Markers without a length: restarts and TEM. */
function isBare(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01
}

function isSvg(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 16_384).toString('latin1')
  const bare = start
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .replace(/^\s*<\?xml\b[^>]*\?>/i, '')
    .replace(/^(\s*<!--[\s\S]*?-->)*/, '')
    .replace(/^\s*<!doctype\s+svg\b[^>[]*>/i, '')
    .replace(/^(\s*<!--[\s\S]*?-->)*/, '')
  return /^\s*<svg[\s>/]/i.test(bare)
}

function ascii(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to)
}

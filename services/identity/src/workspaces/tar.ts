const block = 512

/** One file of a tar archive (POSIX.1-1988 ustar): its header, its content, and zeros up to the next block. */
export function tarEntry(name: string, content: Buffer, modified: Date): Buffer {
  const header = Buffer.alloc(block)
  header.write(name, 0, 100, 'utf8')
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  const seconds = Math.floor(modified.getTime() / 1_000)
  header.write(`${seconds.toString(8).padStart(11, '0')}\0`, 136)
  // The checksum counts its own field as spaces.
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const rest = (block - (content.length % block)) % block
  return Buffer.concat([header, content, Buffer.alloc(rest)])
}

/** What ends an archive. */
export const tarEnd = Buffer.alloc(2 * block)

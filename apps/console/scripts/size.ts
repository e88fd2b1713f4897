import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

/** Gzipped kilobytes that the entry and the home page may load before anything shows. */
const budgetKb = 350

interface Chunk {
  file: string
  imports?: string[]
  css?: string[]
}

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8')) as Record<string, Chunk>

/** The files of a chunk and of everything it imports before it runs; chunks loaded on demand do not count. */
function filesOf(key: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[key]
  if (chunk === undefined || seen.has(chunk.file)) return seen
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file)
  for (const imported of chunk.imports ?? []) filesOf(imported, seen)
  return seen
}

async function gzippedKb(file: string): Promise<number> {
  return gzipSync(await readFile(new URL(file, dist))).length / 1000
}

// The home page is part of the entry: it is imported by the routes, not on demand.
const first = [...filesOf('index.html')]
const sizes = await Promise.all(first.map(async (file) => ({ file, kb: await gzippedKb(file) })))
const total = sizes.reduce((sum, { kb }) => sum + kb, 0)
for (const { file, kb } of sizes.sort((a, b) => b.kb - a.kb).slice(0, 5)) {
  process.stdout.write(`${kb.toFixed(1).padStart(7)} kB  ${file}\n`)
}
process.stdout.write(`${total.toFixed(1).padStart(7)} kB  first load of ${budgetKb} kB, gzipped\n`)
if (total > budgetKb) {
  process.stderr.write(`The first load is over its ${budgetKb} kB. Load what few pages need on demand.\n`)
  process.exitCode = 1
}

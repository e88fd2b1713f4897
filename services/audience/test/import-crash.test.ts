import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createTestDatabase } from '@fanfare/testkit'

const child = fileURLToPath(new URL('./import-child.ts', import.meta.url))
const rows = 20_000
const badEvery = 1_000

test('an import that is killed again and again loses nothing and doubles nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-import-'))
  const database = await createTestDatabase()
  try {
    const file = join(folder, 'people.csv')
    await writeFile(file, `email,first_name\n${Array.from({ length: rows }, (_, row) => line(row)).join('\n')}\n`)
    const db = 'url' in database.config ? database.config : { dataDir: join(folder, 'db') }
    const config = { db, audience: { dataDir: folder, importBatchRows: 200 }, jobs: { rescueIntervalSeconds: 1 } }
    const told = { config, tenantId: randomUUID() }
    const importId = await killAfter(run({ ...told, file }), 2_000)
    await killAfter(run({ ...told, importId }), 8_000)
    const [done, after] = (await linesOf(run({ ...told, importId }))).slice(-2)
    const bad = rows / badEvery
    assert.deepEqual([done?.state, done?.rowsRead, done?.created, done?.rejected], ['done', rows, rows - bad, bad])
    assert.deepEqual([after?.counts.contacts, after?.members], [rows - bad, rows - bad])
  } finally {
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
})

function line(row: number): string {
  return row % badEvery === 0 ? `nobody ${row},x` : `p${row}@example.com,"P, ${row}"`
}

function run(told: object): ChildProcess {
  return spawn(process.execPath, [child, JSON.stringify(told)], { stdio: ['ignore', 'pipe', 'inherit'] })
}

// biome-ignore lint/suspicious/noExplicitAny: lines of JSON in two shapes
type Line = any

/** Kills the process in the middle: once so many rows are read, and before all are. Returns the import's id. */
async function killAfter(process: ChildProcess, rowsRead: number): Promise<string> {
  const gone = once(process, 'exit')
  for await (const text of createInterface({ input: process.stdout as NodeJS.ReadableStream })) {
    const state: Line = JSON.parse(text)
    if (state.rowsRead < rowsRead) continue
    process.kill('SIGKILL')
    await gone
    assert.equal(state.state, 'running', 'the import was still running when it was killed')
    return state.id
  }
  throw new Error('The import ended before it could be killed')
}

async function linesOf(process: ChildProcess): Promise<Line[]> {
  const lines: Line[] = []
  for await (const text of createInterface({ input: process.stdout as NodeJS.ReadableStream }))
    lines.push(JSON.parse(text))
  return lines
}

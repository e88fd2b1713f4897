import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { audience } from '@fanfare/audience'
import { readEnvironment } from '@fanfare/kernel'
import { boot, type TestApp, type TestClient } from '@fanfare/testkit'
import { sql } from 'kysely'
import type { BenchOptions } from './main.ts'

const header = 'Email,First name,Last name,City,Points\n'
const cities = ['Berlin', 'São Paulo', 'New York', 'Łódź', 'Kyōto']

/**
 * How fast a CSV becomes contacts, end to end through the job, against a bare COPY of the same columns into a table without
 * indexes in the same run. On the embedded database in a folder, or with DATABASE_URL on that server.
 *
 * @param options `--rows` in the file, default 1 000 000; `--database` must be what is set, to be sure of what is measured
 */
export async function run(options: BenchOptions): Promise<void> {
  const rows = Number(options.rows ?? 1_000_000)
  const database = readEnvironment().DATABASE_URL ? 'postgresql' : 'pglite'
  if (options.database !== undefined && options.database !== database) {
    const remedy = database === 'pglite' ? 'Set DATABASE_URL to a PostgreSQL server' : 'Unset DATABASE_URL'
    throw new Error(`This would run on ${database}, not on ${options.database}. ${remedy}`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-bench-'))
  try {
    const file = join(folder, 'people.csv')
    await pipeline(Readable.from(generate(rows)), createWriteStream(file))
    const config = database === 'pglite' ? { db: { dataDir: join(folder, 'db') } } : {}
    await using app = await boot([audience], { config: { ...config, audience: { dataDir: folder } } })
    const rowsPerSecond = rows / (await importSeconds(app, file, rows))
    const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024)
    const bareRowsPerSecond = rows / (await bareSeconds(app, file))
    const figures = {
      bench: 'import',
      database,
      rows,
      bytes: (await stat(file)).size,
      rowsPerSecond: Math.round(rowsPerSecond),
      bareRowsPerSecond: Math.round(bareRowsPerSecond),
      ratio: Number((rowsPerSecond / bareRowsPerSecond).toFixed(3)),
      peakRssMb,
    }
    console.log(JSON.stringify(figures))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function* generate(rows: number): Generator<string> {
  yield header
  const step = 1_000
  for (let first = 0; first < rows; first += step) {
    let text = ''
    for (let row = first; row < Math.min(rows, first + step); row++) {
      // Multiplied by a prime, so that addresses come in no order.
      const number = (row * 7_368_787) % 1_000_000_007
      text += `person.${number}@example.com,First${row % 997},"Last, ${row % 1_013}",${cities[row % 5]},${row % 500}\n`
    }
    yield text
  }
}

async function importSeconds(app: TestApp, file: string, rows: number): Promise<number> {
  const api = app.as({ tenantId: app.tenant(), role: 'owner' })
  const uploaded = await expectOk(
    api.post('/v1/imports?fileName=people.csv', createReadStream(file), { 'content-type': 'text/csv' }),
  )
  const columns = uploaded.columns.map(({ target }: { target: unknown }) => target)
  const began = performance.now()
  await expectOk(api.post(`/v1/imports/${uploaded.id}/start`, { columns, consentBasis: 'opt_in' }))
  for (;;) {
    const { state, created, failure } = await expectOk(api.get(`/v1/imports/${uploaded.id}`))
    if (state === 'done' && created === rows) return (performance.now() - began) / 1_000
    if (state !== 'running') throw new Error(`The import is ${state} with ${created} of ${rows} rows: ${failure}`)
    await sleep(100)
  }
}

async function expectOk(reply: ReturnType<TestClient['get']>) {
  const { status, body, text } = await reply
  if (status >= 300) throw new Error(`The server replied ${status}: ${text}`)
  return body
}

async function bareSeconds(app: TestApp, file: string): Promise<number> {
  return app.db.withTenant(app.tenant(), async (trx) => {
    await sql`
      create temporary table bare (email text, first_name text, last_name text, city text, points text) on commit drop
    `.execute(trx)
    const began = performance.now()
    await app.db.copyIn('bare (email, first_name, last_name, city, points)', readRows(file), 'format csv')
    return (performance.now() - began) / 1_000
  })
}

/** The file without its header, in pieces that end with a row: the embedded database copies each piece by itself. */
async function* readRows(file: string): AsyncGenerator<Buffer> {
  let kept: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { start: Buffer.byteLength(header), highWaterMark: 1024 * 1024 })) {
    const piece = Buffer.concat([kept, chunk as Buffer])
    const end = piece.lastIndexOf('\n') + 1
    yield piece.subarray(0, end)
    kept = piece.subarray(end)
  }
}

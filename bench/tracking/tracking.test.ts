import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readEnvironment } from '@fanfare/kernel'

const launcher = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url))

test('the bench prints one line of figures, and every open and click is in the report', async () => {
  const database = readEnvironment().DATABASE_URL ? 'postgresql' : 'pglite'
  const flags = ['--requests', '300', '--messages', '20', '--rate', '100', '--database', database]
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, '../bench/main', 'tracking', ...flags])

  assert.equal(stdout.trim().split('\n').length, 1)
  const figures = JSON.parse(stdout)
  assert.deepEqual([figures.bench, figures.database, figures.requests, figures.lost], ['tracking', database, 300, 0])
  assert.ok(figures.clicksPerSecond > 0 && figures.opensPerSecond > 0 && figures.p95Ms > 0)
  assert.ok(Math.abs(figures.ratio - figures.clicksPerSecond / figures.barePerSecond) < 0.002)
})

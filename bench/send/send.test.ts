import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readEnvironment } from '@fanfare/kernel'

const launcher = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url))

test('the bench prints one line of figures, and everybody has got the message once', async () => {
  const database = readEnvironment().DATABASE_URL ? 'postgresql' : 'pglite'
  const words = [launcher, '../bench/main', 'send', '--recipients', '300', '--database', database]
  const { stdout } = await promisify(execFile)(process.execPath, words)

  assert.equal(stdout.trim().split('\n').length, 1)
  const figures = JSON.parse(stdout)
  assert.deepEqual(
    [figures.bench, figures.database, figures.recipients, figures.lost, figures.duplicates],
    ['send', database, 300, 0, 0],
  )
  const { accounting } = figures
  assert.deepEqual([accounting.audience, accounting.sent, accounting.pending], [300, 300, 0])
  assert.ok(
    figures.messageBytes > 2_500 && figures.messageBytes < 5_000,
    `${figures.messageBytes} bytes are not about 4 kB`,
  )
  assert.ok(figures.messagesPerSecond > 0 && figures.bareMessagesPerSecond > 0)
  assert.ok(Math.abs(figures.ratio - figures.messagesPerSecond / figures.bareMessagesPerSecond) < 0.001)
})

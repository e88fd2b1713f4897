import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEnvironment } from '@fanfare/kernel'
import { findPostgres } from '@fanfare/testkit'
import { runCrash } from './run.ts'

test('killed three times in the middle of sends, the product loses nobody, doubles nobody and keeps its accounts exact', async (t) => {
  const database = readEnvironment().DATABASE_URL ? 'postgresql' : 'pglite'
  // A server that somebody else uses is not killed: the run has one of its own.
  if (database === 'postgresql' && findPostgres() === undefined)
    return t.skip('there is no PostgreSQL to start and kill')
  const workers = database === 'postgresql' ? 2 : 1
  const lines: string[] = []
  const { figures, holds } = await runCrash({ kills: 3, recipients: 900, seed: 4, database, workers }, (line) =>
    lines.push(line),
  )
  assert.ok(holds, `${JSON.stringify(figures)}\n${lines.join('\n')}`)
  assert.deepEqual([figures.kills, figures.lost, figures.duplicates, figures.untold], [3, 0, 0, 0])
  assert.equal(figures.postgresKills, database === 'postgresql' ? 1 : 0)
})

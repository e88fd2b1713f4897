import { type Db as BossDatabase, PgBoss } from 'pg-boss'
import type { DatabaseInternals } from '../database/internals.ts'
import type { Logger } from '../log.ts'
import type { JobsConfig } from './config.ts'
import type { Execute } from './store.ts'

/**
 * Runs a statement of the queue as the owner of its tables: in the open transaction when there is one, so that a job
 * commits with what it is for, and so that a single connection never waits for itself.
 */
export function executeOn(internals: DatabaseInternals): Execute {
  return (text, values) =>
    internals.inTransaction()
      ? internals.ownerInTransaction((session) => session.query(text, values))
      : internals.query(text, values)
}

/** pg-boss on our database, in the schema `kernel_jobs`. */
export function createBoss(internals: DatabaseInternals, config: JobsConfig, log: Logger): PgBoss {
  const embedded = internals.kind === 'pglite'
  const boss = new PgBoss({
    db: databaseOf(internals),
    schema: 'kernel_jobs',
    backend: embedded ? 'pglite' : 'postgres',
    useListenNotify: true,
    cronMonitorIntervalSeconds: config.cronIntervalSeconds,
    cronWorkerIntervalSeconds: Math.min(config.cronIntervalSeconds, 2),
    // The embedded database runs no autovacuum and cannot build an index beside other work.
    reindex: !embedded,
    monitorVacuum: !embedded,
  })
  boss.on('error', (error) => log.error({ err: error }, 'the job queue met an error; it goes on at its next turn'))
  boss.on('warning', ({ message, data }) => log.warn({ reason: message, detail: data }, 'the job queue warns'))
  return boss
}

function databaseOf(internals: DatabaseInternals): BossDatabase {
  return {
    executeSql: executeOn(internals),
    async listen(channel, onNotification, onReconnect) {
      const close = await internals.listen(channel, onNotification)
      onReconnect()
      return { close }
    },
  }
}

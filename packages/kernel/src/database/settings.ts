import { z } from 'zod'
import { nameOf, secret } from '../config.ts'

const postgresUrl = () =>
  secret().refine((url) => /^postgres(ql)?:\/\/./.test(url.reveal()), {
    error: 'must begin with postgres:// or postgresql://, such as postgres://user:password@host/fanfare',
  })

/** The config of `db`. Without `url` the embedded database under `dataDir` is used. */
export const databaseSettings = z
  .object({
    /** `postgres://user:password@host:port/database`. */
    url: postgresUrl().optional(),
    /**
     * The same database past a pooler that `url` leads to and that gives a connection to another client after each
     * transaction: for what needs a connection of its own, see docs/pooling.md.
     */
    directUrl: postgresUrl().optional().describe('The database itself, when DATABASE_URL leads to a pooler'),
    /** The folder of everything a process keeps on disk; `memory://` keeps the embedded database in memory. */
    dataDir: z.string().default('.fanfare'),
    /** Connections of this process to PostgreSQL. The embedded database has one. */
    poolMax: z.coerce.number().int().min(1).max(500).default(10),
    /**
     * Lets connections keep their busiest statements from one transaction to the next; without a word, they do unless there
     * is a `directUrl`: a pooler gives a connection to another client after each transaction, and not all carry such
     * statements along, as PgBouncer before 1.21.
     */
    keepStatements: z.stringbool().optional().describe('Default: true, or false with a direct URL'),
    /** A query that takes longer is ended, its transaction with it. */
    statementTimeoutMs: z.coerce.number().int().min(100).default(30_000),
    /** A query that takes longer is logged. */
    slowQueryMs: z.coerce.number().int().min(0).default(200),
    /** An archive of the embedded database that one which does not exist yet starts from. */
    seed: z.string().optional(),
  })
  .superRefine((settings, context) => {
    if (settings.slowQueryMs >= settings.statementTimeoutMs) {
      context.addIssue({
        code: 'custom',
        path: ['slowQueryMs'],
        message: `${settings.slowQueryMs} must be less than ${nameOf('db', 'statementTimeoutMs')} (${settings.statementTimeoutMs}), or no query is ever slow`,
      })
    }
    if (settings.url === undefined && settings.directUrl !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['directUrl'],
        message: `is the way past the pooler in ${nameOf('db', 'url')}, which is not set; set that one alone to use no pooler`,
      })
    }
    if (settings.url !== undefined && settings.seed !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['seed'],
        message: `starts an embedded database and cannot stand beside ${nameOf('db', 'url')}; unset one of the two`,
      })
    }
  })
export type DatabaseSettings = z.output<typeof databaseSettings>

import { pino } from 'pino'
import { currentContext } from './context.ts'

/** Structured log lines. Every line carries the ids of the request, tenant and trace it was written under. */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  child(fields: LogFields): Logger
}
export interface LogFields {
  readonly [name: string]: unknown
}

/** Names of fields whose values never reach a log, at any of the first three levels of nesting. */
const secretFields = [
  'password',
  'passwordHash',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'authorization',
  'cookie',
  'email',
]

export interface LogOptions {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Where lines go; standard output by default. */
  destination?: { write(line: string): void }
}

/**
 * Makes the root logger: JSON lines, secrets and addresses replaced by `[redacted]`.
 *
 * @example createLogger({ level: 'info' }).info({ campaignId }, 'campaign launched')
 */
export function createLogger(options: LogOptions): Logger {
  const paths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`])
  return pino(
    {
      level: options.level,
      base: null,
      redact: { paths, censor: '[redacted]' },
      mixin: () => currentContext()?.logFields() ?? {},
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  )
}

import type { Environment } from './config.ts'

/** The process environment: the only place where it is read. Everything else gets it handed in. */
export function readEnvironment(): Environment {
  return process.env
}

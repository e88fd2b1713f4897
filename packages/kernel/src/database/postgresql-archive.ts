import { spawn } from 'node:child_process'
import { rename, rm } from 'node:fs/promises'
import { readEnvironment } from '../environment.ts'
import { databaseProblem, reasonOf } from './problems.ts'

/** Writes a `pg_dump` custom-format archive; the file is complete or absent under its name. */
export async function dumpPostgresql(url: string, file: string): Promise<void> {
  const part = `${file}.${process.pid}.part`
  try {
    await runTool('pg_dump', url, ['--format=custom', '--no-owner', `--file=${part}`])
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw explain(error, file, 'written')
  }
}

/** Replaces what the archive holds, in one transaction. The roles it grants to must exist. */
export async function restorePostgresql(url: string, file: string): Promise<void> {
  try {
    const how = ['--clean', '--if-exists', '--no-owner', '--single-transaction', '--exit-on-error']
    await runTool('pg_restore', url, [...how, file])
  } catch (error) {
    throw explain(error, file, 'read back')
  }
}

/** The password travels in the environment: arguments are shown to every user of the machine. */
function runTool(tool: string, url: string, args: readonly string[]): Promise<void> {
  const target = new URL(url)
  const password = decodeURIComponent(target.password)
  target.password = ''
  const env = { ...readEnvironment(), ...(password === '' ? {} : { PGPASSWORD: password }) }
  const child = spawn(tool, [`--dbname=${target.href}`, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(-2_000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? databaseProblem('tool_missing', { detail: { tool }, cause: error }) : error),
    )
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${tool} ended with ${code}: ${words.trim()}`)),
    )
  })
}

function explain(error: unknown, file: string, verb: string): unknown {
  const isCoded = (error as { kind?: unknown }).kind !== undefined
  return isCoded
    ? error
    : databaseProblem('archive_failed', { detail: { file, verb, reason: reasonOf(error) }, cause: error })
}

import { execFile } from 'node:child_process'
import { globSync, rmSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findFreePort } from './free-port.ts'

const execute = promisify(execFile)

/** A PostgreSQL of the caller's own, with the settings it is delivered with: what it has committed, it has synced. */
export interface PostgresServer extends AsyncDisposable {
  readonly url: string
  /** Of its first process; the others are its children. */
  readonly pid: number
  /** Ends all its processes at once, without a checkpoint: it recovers from its log at the next start. */
  crash(): Promise<void>
  start(): Promise<void>
}

/** Where this machine has PostgreSQL's own programs, as Debian lays them out: the newest version, or undefined. */
export function findPostgres(): string | undefined {
  return globSync('/usr/lib/postgresql/*/bin/initdb')
    .map((path) => path.slice(0, -'/initdb'.length))
    .sort((a, b) => versionOf(a) - versionOf(b))
    .at(-1)
}

function versionOf(bin: string): number {
  return Number(/postgresql\/(\d+)/.exec(bin)?.[1] ?? 0)
}

/** Makes and starts a PostgreSQL in a folder of its own, which goes with it. Ask `findPostgres` first. */
export async function openPostgresServer(): Promise<PostgresServer> {
  const bin = findPostgres()
  if (bin === undefined) throw new Error('There is no PostgreSQL on this machine; apt install postgresql')
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-postgres-'))
  const data = join(folder, 'data')
  await chmod(folder, 0o755)
  await mkdir(data, { mode: 0o700 })
  const run = await asPostgres(folder, data)
  const port = await findFreePort()
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`
  let pid = 0

  const control = async (...words: string[]) => {
    await run(`${bin}/pg_ctl`, ['-D', data, '-s', '-w', ...words])
  }
  const start = async () => {
    await control('-l', join(folder, 'log'), '-o', settings, 'start')
    pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n', 1)[0])
  }
  const crash = () => control('-m', 'immediate', 'stop')
  // It is nobody's child: a process that is interrupted must not leave it behind.
  const quit = () => {
    try {
      process.kill(pid, 'SIGQUIT')
    } catch {
      // It is down already.
    }
    rmSync(folder, { recursive: true, force: true })
  }
  // Only the making is not synced.
  await run(`${bin}/initdb`, ['-D', data, '-A', 'trust', '-U', 'fanfare', '-E', 'UTF8', '--no-locale', '--no-sync'])
  await start()
  process.once('exit', quit)
  return {
    url: `postgres://fanfare@127.0.0.1:${port}/postgres`,
    get pid() {
      return pid
    },
    crash,
    start,
    async [Symbol.asyncDispose]() {
      process.off('exit', quit)
      await crash().catch(() => {})
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root: then its programs run as the user its package made, who gets the folders. */
async function asPostgres(...folders: string[]) {
  if (userInfo().uid !== 0) return (program: string, words: readonly string[]) => execute(program, words)
  const { stdout } = await execute('id', ['-u', 'postgres'])
  for (const folder of folders) await chown(folder, Number(stdout), 0)
  return (program: string, words: readonly string[]) =>
    execute('runuser', ['-u', 'postgres', '--', program, ...words], { cwd: folders[0] })
}

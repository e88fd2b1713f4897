import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findFreePort } from './free-port.ts'

const program = '/usr/sbin/pgbouncer'

/** A PgBouncer before a PostgreSQL: it gives a connection to another client after each transaction. */
export interface Pgbouncer extends AsyncDisposable {
  readonly url: string
}

/** Whether this machine has PgBouncer, where Debian lays it out. */
export function hasPgbouncer(): boolean {
  return existsSync(program)
}

/**
 * Starts a PgBouncer in transaction mode with few connections to the server behind it.
 *
 * @param serverUrl of a PostgreSQL that trusts whoever comes
 */
export async function openPgbouncer(serverUrl: string, { connections }: { connections: number }): Promise<Pgbouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-pgbouncer-'))
  const port = await findFreePort()
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(file, settingsFor(new URL(serverUrl), { port, connections }))
  await writeFile(join(folder, 'users.txt'), '"fanfare" ""\n')
  await chmod(folder, 0o755)
  const bouncer = await startIn(folder, file)
  const url = new URL(serverUrl)
  url.port = String(port)
  await untilItAnswers(url.href, bouncer)
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => bouncer.once('exit', resolve))
      bouncer.kill('SIGINT')
      await Promise.race([ended, sleep(5_000)])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function settingsFor(server: URL, { port, connections }: { port: number; connections: number }): string {
  return [
    '[databases]',
    `* = host=${server.hostname} port=${server.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = trust',
    'auth_file = users.txt',
    'pool_mode = transaction',
    `default_pool_size = ${connections}`,
    'max_client_conn = 500',
    'log_connections = 0',
    'log_disconnections = 0',
    '',
  ].join('\n')
}

/** It refuses to run as root, as PostgreSQL does. */
async function startIn(folder: string, file: string): Promise<ChildProcess> {
  if (userInfo().uid !== 0) return spawn(program, [file], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const uid = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }))
  await chown(folder, uid, 0)
  return spawn(program, [file], { cwd: folder, uid, stdio: ['ignore', 'ignore', 'pipe'] })
}

async function untilItAnswers(url: string, bouncer: ChildProcess): Promise<void> {
  let words = ''
  bouncer.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(-2_000)
  })
  for (let tries = 0; tries < 100 && bouncer.exitCode === null; tries++) {
    const client = new pg.Client({ connectionString: url })
    const answered = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => {})
    if (answered) return
    await sleep(50)
  }
  throw new Error(`PgBouncer did not start: ${words}`)
}

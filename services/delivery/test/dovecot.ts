import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A real Dovecot with IMAP and POP3 that anybody may sign in to with one password. */
export interface Dovecot extends AsyncDisposable {
  readonly ports: Readonly<Record<'imap' | 'imaps' | 'pop3' | 'pop3s', number>>
  readonly password: string
  /** Its own certificate authority. */
  readonly certificate: string
  /** Puts a message into somebody's inbox. */
  deliver(user: string, source: string | Buffer): Promise<void>
  /** How many messages somebody's inbox holds. */
  count(user: string): Promise<number>
}

/** Why there can be no Dovecot here, in words, or undefined. */
export function whyNoDovecot(): string | undefined {
  if (spawnSync('dovecot', ['--version']).status !== 0) {
    return 'Dovecot is not on this machine: apt-get install dovecot-imapd dovecot-pop3d'
  }
  if (process.getuid?.() !== 0) return 'Dovecot needs to be started by root'
  if (spawnSync('openssl', ['version']).status !== 0) return 'openssl is not on this machine'
  return undefined
}

/** Of the user `nobody`, since Dovecot serves no mail as root. */
const nobody = Number(spawnSync('id', ['-u', 'nobody']).stdout?.toString().trim() || 65_534)
const group = Number(spawnSync('id', ['-g', 'nobody']).stdout?.toString().trim() || 65_534)

export async function openDovecot(): Promise<Dovecot> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-dovecot-'))
  const [imap, imaps, pop3, pop3s] = (await freePorts(4)) as [number, number, number, number]
  const ports = { imap, imaps, pop3, pop3s }
  const password = randomUUID()
  await mkdir(join(folder, 'mail'))
  await chown(join(folder, 'mail'), nobody, group)
  execFileSync('chmod', ['755', folder])
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...names],
    { stdio: 'ignore' },
  )
  await writeFile(join(folder, 'dovecot.conf'), configOf(folder, ports, password))
  const server = spawn('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' })
  await untilOpen(ports.pop3s, server, folder)
  const inbox = (user: string) => join(folder, 'mail', user)
  return {
    ports,
    password,
    certificate: await readFile(cert, 'utf8'),
    async deliver(user, source) {
      for (const part of ['new', 'cur', 'tmp']) {
        await mkdir(join(inbox(user), part), { recursive: true })
        await chown(join(inbox(user), part), nobody, group)
      }
      await chown(inbox(user), nobody, group)
      const file = join(inbox(user), 'new', `${Date.now()}.${randomUUID()}.test`)
      await writeFile(file, source)
      await chown(file, nobody, group)
    },
    async count(user) {
      const listed = spawnSync('find', [join(inbox(user), 'new'), join(inbox(user), 'cur'), '-type', 'f'])
      return listed.stdout.toString().split('\n').filter(Boolean).length
    },
    async [Symbol.asyncDispose]() {
      server.kill()
      if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configOf(folder: string, ports: Dovecot['ports'], password: string): string {
  return `
protocols = imap pop3
listen = 127.0.0.1
base_dir = ${folder}/run
log_path = ${folder}/log
disable_plaintext_auth = no
auth_failure_delay = 0
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
mail_location = maildir:${folder}/mail/%u
first_valid_uid = 1
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${nobody} gid=${group} home=${folder}/mail/%u
}
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${ports.pop3}
  }
  inet_listener pop3s {
    port = ${ports.pop3s}
    ssl = yes
  }
}
`
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  for (const server of servers) await new Promise((resolve) => server.close(resolve))
  return ports
}

async function untilOpen(port: number, server: ChildProcess, folder: string): Promise<void> {
  const { connect } = await import('node:net')
  for (let tries = 0; tries < 100; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('close', () => socket.destroy())
      setTimeout(() => socket.destroy(), 200)
    })
    if (isOpen) return
    if (server.exitCode !== null) break
    await sleep(50)
  }
  throw new Error(`Dovecot did not start: ${await readFile(join(folder, 'log'), 'utf8').catch(() => 'no log')}`)
}

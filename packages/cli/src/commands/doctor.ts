import { parseArgs } from 'node:util'
import { Identity } from '@fanfare/identity/contract'
import { type Database, Db, HttpConfig, isProblem, readConfig, readEnvironment } from '@fanfare/kernel'
import colors from 'picocolors'
import type { Command } from '../command.ts'
import { createOutput } from '../output.ts'
import { taken } from '../replies.ts'
import { openPlatform, type Platform, type Session, signIn } from '../session.ts'

interface Finding {
  readonly name: string
  readonly state: 'pass' | 'warn' | 'fail' | 'skipped'
  readonly text: string
}

export const doctor: Command = {
  usage: '[--json]',
  about: 'Checks the database, the services, the keys, and each sender with its DNS records',
  async run(words) {
    const { values } = parseArgs({ args: [...words], options: { json: { type: 'boolean', default: false } } })
    const output = createOutput(values.json)
    const findings = await examine()
    const marks = {
      pass: colors.green('ok  '),
      warn: colors.yellow('warn'),
      fail: colors.red('FAIL'),
      skipped: colors.dim('-   '),
    }
    const lines = findings.map(({ name, state, text }) => `  ${marks[state]} ${name.padEnd(28)} ${text}`)
    const failed = findings.filter(({ state }) => state === 'fail').length
    output.finish(lines.join('\n'), { findings, failed })
    return failed === 0 ? 0 : 1
  },
}

async function examine(): Promise<Finding[]> {
  const app = await openPlatformAsStarted().catch((error: unknown) =>
    isProblem(error) ? error : Promise.reject(error),
  )
  if (isProblem(app)) return [{ name: 'start', state: 'fail', text: app.message }]
  try {
    return [...(await databaseFindings(app)), ...(await serviceFindings(app)), ...(await senderFindings(app))]
  } finally {
    await app.stop()
  }
}

/** On a free port, so that it can stand beside a server; what a start would read of the port is still checked. */
async function openPlatformAsStarted(): Promise<Platform> {
  readConfig('http', HttpConfig, readEnvironment())
  return openPlatform()
}

async function databaseFindings(app: Platform): Promise<Finding[]> {
  const database: Database = app.get(Db)
  const drift = await database.drift()
  return [
    { name: 'database', state: 'pass', text: `${database.kind} answers` },
    drift.length === 0
      ? { name: 'migrations', state: 'pass', text: 'the database and the code agree' }
      : { name: 'migrations', state: 'fail', text: drift.join('; ') },
  ]
}

async function serviceFindings(app: Platform): Promise<Finding[]> {
  const { services } = await app.registry.health()
  return Object.entries(services).map(([name, { state, reason }]) => ({
    name: `service ${name}`,
    state: state === 'up' ? 'pass' : state === 'degraded' ? 'warn' : 'fail',
    text: reason ?? 'is up',
  }))
}

/** The senders of every workspace, each with its connection, addresses and DNS records. */
async function senderFindings(app: Platform): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { tenantId, name } of await app.get(Identity).listWorkspaces({})) {
    const { client, close } = await borrow(app, tenantId)
    const { rows } = await taken(client.GET('/v1/senders'))
    for (const sender of rows) {
      const path = { senderId: sender.id }
      const { checks, bulk } = await taken(client.POST('/v1/senders/{senderId}/check', { params: { path } }))
      for (const { name: part, state, text, record } of checks) {
        const publish = record === null ? '' : `; publish ${record.name} ${record.type} ${record.value}`
        findings.push({ name: `${name}: ${sender.name} ${part}`, state, text: text + publish })
      }
      // Not everybody sends in bulk, and what must be mended is among the checks.
      const state = bulk.state === 'fail' ? 'warn' : bulk.state
      findings.push({ name: `${name}: ${sender.name} bulk`, state, text: bulk.text })
    }
    await close()
  }
  return findings
}

/** A session whose end leaves the platform running. */
async function borrow(app: Platform, tenantId: string): Promise<{ client: Session['client']; close(): Promise<void> }> {
  const staying = { ...app, get: app.get.bind(app), stop: async () => {} } as Platform
  const session = await signIn(staying, tenantId)
  return { client: session.client, close: async () => session[Symbol.asyncDispose]() }
}

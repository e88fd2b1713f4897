import { parseArgs } from 'node:util'
import { type AuditVerification, Identity } from '@fanfare/identity/contract'
import { readEnvironment } from '@fanfare/kernel'
import colors from 'picocolors'
import type { z } from 'zod'
import { type Command, onlyWord, UsageError } from '../command.ts'
import { createOutput } from '../output.ts'
import { taken } from '../replies.ts'
import { findWorkspace, openPlatform, openSession, type Platform } from '../session.ts'

interface Trail {
  readonly name: string
  /** Null for the trail of the installation. */
  readonly tenantId: string | null
  readonly verification: z.output<typeof AuditVerification>
}

export const audit: Command = {
  usage: 'verify [--workspace <name or id>] [--json]',
  about: 'Reads audit trails from their beginning and finds what was changed in them',
  details: [
    'Without --workspace every trail is read, and that of the installation: signing in, passwords.',
    'With FANFARE_URL and FANFARE_KEY it asks that server for the trail of the workspace of the key.',
    'Exit code 1 when anything is not as it was written.',
    '',
  ].join('\n'),
  async run(words) {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { workspace: { type: 'string' }, json: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const word = onlyWord(positionals, 'Say what to do with the audit trail: verify')
    if (word !== 'verify') throw new UsageError(`An audit trail can be verified, not "${word}".`)
    const output = createOutput(values.json)
    const trails = readEnvironment().FANFARE_URL ? [await askServer()] : await readHere(values.workspace)
    output.finish(trails.map(textOf).join('\n'), {
      trails: trails.map(({ name, tenantId, verification }) => ({ name, tenantId, ...verification })),
    })
    return trails.every(({ verification }) => verification.intact) ? 0 : 1
  },
}

async function askServer(): Promise<Trail> {
  await using session = await openSession()
  const { id, name } = await taken(session.client.GET('/v1/workspace'))
  return { name, tenantId: id, verification: await taken(session.client.GET('/v1/audit/verification')) }
}

async function readHere(workspace: string | undefined): Promise<Trail[]> {
  await using app = await openPlatform({ only: ['identity'] })
  const identity = app.get(Identity)
  const verify = async (tenantId: string, name: string): Promise<Trail> => ({
    name,
    tenantId,
    verification: await identity.verifyAudit({ tenantId }),
  })
  if (workspace !== undefined) return [await verify(await findWorkspace(app, workspace), workspace)]
  const trails: Trail[] = [{ name: 'the installation', tenantId: null, verification: await identity.verifyAudit({}) }]
  for await (const { tenantId, name } of allWorkspaces(app)) trails.push(await verify(tenantId, name))
  return trails
}

async function* allWorkspaces(app: Platform) {
  for (let after: string | undefined; ; ) {
    const page = await app.get(Identity).listWorkspaces(after === undefined ? {} : { after })
    yield* page
    if (page.length < 1_000) return
    after = page.at(-1)?.tenantId
  }
}

function textOf({ name, verification: { intact, entries, checkpoints, lastHash, findings } }: Trail): string {
  const counted = `${entries} entries, ${checkpoints} signed checkpoints`
  if (intact) return `  ${colors.green('ok  ')} ${name}: ${counted}, last hash ${lastHash.slice(0, 16)}…`
  const lines = findings.map(({ kind, text }) => `         ${kind.padEnd(18)} ${text}`)
  return [`  ${colors.red('FAIL')} ${name}: ${counted}`, ...lines].join('\n')
}

import { parseArgs } from 'node:util'
import { Identity, type LimitName, limitNames, WorkspaceLimitChange } from '@fanfare/identity/contract'
import { type Command, UsageError } from '../command.ts'
import { createOutput, type Output } from '../output.ts'
import { findWorkspace, openPlatform, type Platform } from '../session.ts'

const verbs = ['list', 'suspend', 'resume', 'limits'] as const
type Verb = (typeof verbs)[number]
type Values = Readonly<Record<string, string | boolean | undefined>>

/** `sendsPerMonth` is `--sends-per-month`. */
const optionOf = (name: LimitName) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

export const workspace: Command = {
  usage: '<list|suspend|resume|limits> [<name or id>] [--json]',
  about: 'Suspends workspaces, lets them go on, and sets what they may use',
  details: [
    'For the operator of the installation. With the embedded database the server must not be running; with PostgreSQL it may.',
    'suspend takes --reason <text>, which the people of the workspace are shown.',
    `limits takes ${limitNames.map((name) => `--${optionOf(name)}`).join(', ')},`,
    'each with a number, "none" for no limit, or "default" for that of the installation; without any it shows them.',
    '',
  ].join('\n'),
  async run(words) {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        json: { type: 'boolean', default: false },
        reason: { type: 'string', default: '' },
        ...Object.fromEntries(limitNames.map((name) => [optionOf(name), { type: 'string' as const }])),
      },
      allowPositionals: true,
    })
    const [verb, name, extra] = positionals
    if (!isVerb(verb)) throw new UsageError(`Say what to do: ${verbs.join(', ')}.`)
    if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many. A name with spaces needs quotes.`)
    const change = readChange(values)
    if (verb !== 'limits' && Object.keys(change).length > 0) throw new UsageError('Limits are set with: limits')
    const output = createOutput(values.json === true)
    const app = await openPlatform({ only: ['identity'] })
    try {
      if (verb === 'list') await list(app, output)
      else await act(app, output, { verb, name, change, reason: String(values.reason ?? '') })
    } finally {
      await app.stop()
    }
    return 0
  },
}

function isVerb(word: string | undefined): word is Verb {
  return (verbs as readonly (string | undefined)[]).includes(word)
}

async function list(app: Platform, output: Output): Promise<void> {
  const workspaces = await app.get(Identity).listWorkspaces({})
  output.finish(workspaces.map(({ tenantId, name }) => `  ${tenantId}  ${name}`).join('\n'), { workspaces })
}

interface Order {
  readonly verb: Exclude<Verb, 'list'>
  readonly name: string | undefined
  readonly change: WorkspaceLimitChange
  readonly reason: string
}

async function act(app: Platform, output: Output, { verb, name, change, reason }: Order): Promise<void> {
  const identity = app.get(Identity)
  const tenantId = await findWorkspace(app, name)
  if (verb === 'suspend') {
    await identity.suspendWorkspace({ tenantId, reason })
    return output.finish('  It can be read, not changed, and sends nothing until you resume it.', {
      tenantId,
      suspended: true,
    })
  }
  if (verb === 'resume') {
    await identity.resumeWorkspace({ tenantId })
    return output.finish('  It goes on where it stood.', { tenantId, suspended: false })
  }
  const isChange = Object.keys(change).length > 0
  const limits = isChange ? await identity.setLimits({ tenantId, change }) : await identity.getLimits({ tenantId })
  const lines = limitNames.map((limit) => `  ${optionOf(limit).padEnd(22)} ${limits[limit] ?? 'none'}`)
  output.finish(lines.join('\n'), { tenantId, limits })
}

function readChange(values: Values): WorkspaceLimitChange {
  const given = limitNames.flatMap((name) => {
    const text = values[optionOf(name)]
    return typeof text === 'string' ? [[name, readLimit(text)] as const] : []
  })
  const { data, error } = WorkspaceLimitChange.safeParse(Object.fromEntries(given))
  if (data !== undefined) return data
  const options = error.issues.map(({ path }) => `--${optionOf(path[0] as LimitName)}`).join(', ')
  throw new UsageError(`${options} must be a number of that thing, "none" or "default".`)
}

function readLimit(given: string): unknown {
  if (given === 'none') return null
  return given === 'default' || given.trim() === '' ? given : Number(given)
}

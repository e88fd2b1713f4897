import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readEnvironment } from '@fanfare/kernel'

const program = fileURLToPath(new URL('../bin/fanfare.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'fanfare-cli-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

interface Call {
  readonly code: number | null
  readonly out: string
  readonly told: string
}

/** Runs the command line as a person does, on an embedded database in `dataDir` and any free port. */
function fanfare(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Call> {
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    env: {
      PATH: readEnvironment().PATH,
      FANFARE_DATA_DIR: join(folder, 'usual'),
      FANFARE_PORT: '0',
      FANFARE_IDENTITY_BCRYPT_COST: '10',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (told += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, told }))
  })
}

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

function lastLine(text: string): unknown {
  return JSON.parse(text.trimEnd().split('\n').at(-1) as string)
}

const contacts = write('people.csv', '\uFEFFemail,First name\nann@example.com,Ann\nno address,Bob\n')

const misunderstood: readonly [string, readonly string[], RegExp, Readonly<Record<string, string>>?][] = [
  ['no command', [], /^$/],
  ['an unknown command', ['fly'], /There is no command "fly"/],
  ['a workspace to do nothing with', ['workspace'], /Say what to do: list, suspend, resume, limits/],
  ['a limit that is none', ['workspace', 'limits', '--seats', '0'], /--seats must be a number/],
  ['a limit with another order', ['workspace', 'suspend', '--seats', '3'], /Limits are set with/],
  ['an unknown option', ['demo', '--fast'], /Unknown option '--fast'/],
  ['an audit of nothing', ['audit'], /Say what to do with the audit trail: verify/],
  ['an import of two files', ['import', contacts, contacts], /one word too many/],
  ['an import of a missing file', ['import', 'nobody.csv'], /There is no file nobody\.csv/],
  [
    'an unknown consent',
    ['import', contacts, '--consent', 'maybe'],
    /--consent maybe is not known\. Use one of opt_in/,
  ],
  ['a send of no campaign', ['send', 'spring'], /"spring" is no campaign's id/],
  ['a backup into a missing folder', ['backup', 'nowhere/b.tar.gz'], /There is no folder nowhere/],
  ['a restore without a yes', ['restore', contacts], /Say --yes/],
  [
    'a server without its key',
    ['import', contacts],
    /FANFARE_URL and FANFARE_KEY go together/,
    { FANFARE_URL: 'http://127.0.0.1:8080' },
  ],
]
test('a call that is not understood ends with 2 and says what to write instead', async () => {
  const calls = await Promise.all(misunderstood.map(([, words, , environment]) => fanfare(words, environment)))
  for (const [index, { code, out, told }] of calls.entries()) {
    const [what, , sentence] = misunderstood[index] as (typeof misunderstood)[number]
    assert.equal(code, 2, `${what}: ${told}`)
    assert.match(told, sentence, what)
    assert.match(`${out}${told}`, /Usage: fanfare/, what)
    assert.doesNotMatch(told, /\n {4}at /, what)
  }
})

test('the help names every command, and a command explains itself', async () => {
  const overview = await fanfare(['--help'])
  assert.equal(overview.code, 0)
  const names = [...overview.out.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name)
  const commands = ['start', 'demo', 'import', 'send', 'doctor', 'audit', 'migrate', 'backup', 'restore', 'workspace']
  assert.deepEqual(names, commands)
  for (const [name, flag] of [
    ['import', '--help'],
    ['send', '-h'],
  ] as const) {
    const { code, out, told } = await fanfare([name, flag])
    assert.equal(code, 0, told)
    assert.match(out, new RegExp(`^Usage: fanfare ${name}`))
  }
})

test('a restore of what is no backup says so and leaves the database alone', async () => {
  const { code, told } = await fanfare(['restore', contacts, '--yes'], { FANFARE_DATA_DIR: join(folder, 'kept') })
  assert.equal(code, 1)
  assert.match(told, /people\.csv could not be read back: it is no backup that fanfare wrote/)
  assert.deepEqual(readdirSync(join(folder, 'kept')), [])
})

test('a configuration that cannot be used ends with 1 and one sentence a fault', async () => {
  const { code, told } = await fanfare(['migrate'], { DATABASE_URL: 'elsewhere' })
  assert.equal(code, 1)
  assert.match(told, /DATABASE_URL: must begin with postgres:/)
  assert.doesNotMatch(told, /\n {4}at /)
})

test('the last line of a demo is its accounts, which add up, and its report', async () => {
  const { code, out, told } = await fanfare(['demo', '--json'], { FANFARE_DATA_DIR: join(folder, 'demo') })
  assert.equal(code, 0, told)
  const { accounting, report, ...more } = lastLine(out) as { accounting: Record<string, number>; report: string }
  assert.deepEqual(more, {})
  assert.deepEqual(Object.keys(accounting), ['audience', 'sent', 'failed', 'suppressed', 'pending', 'unknown'])
  const { audience, sent = 0, failed = 0, suppressed = 0, pending = 0, unknown = 0 } = accounting
  assert.ok(sent > 1_000, told)
  assert.equal(audience, sent + failed + suppressed + pending + unknown)
  assert.match(report, /^http:\/\/127\.0\.0\.1:\d+\/campaigns\/[\w-]+\/report$/)
})

test('a file is imported with its bad rows counted; one without addresses ends with 1 and names its columns', async () => {
  const imported = await fanfare(['import', contacts, '--consent', 'opt_in', '--json'])
  assert.equal(imported.code, 0, imported.told)
  const { state, rows, created, rejected } = lastLine(imported.out) as Record<string, unknown>
  assert.deepEqual({ state, rows, created, rejected }, { state: 'done', rows: 2, created: 1, rejected: 1 })

  const refused = await fanfare(['import', write('rooms.csv', 'room,floor\nred,2\n')])
  assert.equal(refused.code, 1)
  assert.match(refused.told, /rooms\.csv has no column of email addresses.*"room", "floor"/)
})

test('audit trails are verified from the command line; one whose checkpoints were tampered with ends with 1 and says so', async () => {
  const dataDir = join(folder, 'audited')
  const here = { FANFARE_DATA_DIR: dataDir }
  assert.equal((await fanfare(['import', contacts, '--json'], here)).code, 0)
  const whole = await fanfare(['audit', 'verify', '--json'], here)
  assert.equal(whole.code, 0, whole.told + whole.out)
  const { trails } = lastLine(whole.out) as { trails: { tenantId: string | null; entries: number; lastHash: string }[] }
  const trail = trails.find(({ tenantId }) => tenantId !== null)
  assert.ok(trail && trail.entries > 0, whole.out)

  // A statement about more entries than there are, which nobody without the secret can sign.
  const file = join(dataDir, 'audit', `${trail.tenantId}.ndjson`)
  const last = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) as string
  appendFileSync(file, `${last.replace(`"sequence":${trail.entries}`, `"sequence":${trail.entries + 1}`)}\n`)
  const forged = await fanfare(['audit', 'verify', '--workspace', trail.tenantId as string], here)
  assert.equal(forged.code, 1)
  assert.match(forged.out, /FAIL[\s\S]*checkpoint_forged/)
})

test('the operator suspends a workspace, lets it go on, and sets what it may use', async () => {
  const environment = { FANFARE_DATA_DIR: join(folder, 'operator') }
  const told = async (...words: string[]) => {
    const { code, out, told: said } = await fanfare(['workspace', ...words, '--json'], environment)
    assert.equal(code, 0, said)
    return lastLine(out) as { tenantId: string; suspended?: boolean; limits?: Record<string, number | null> }
  }
  const { tenantId } = await told('suspend', '--reason', 'complaints')
  assert.deepEqual(await told('resume', tenantId), { tenantId, suspended: false })
  const { limits } = await told('limits', tenantId, '--seats', '3', '--contacts', 'none')
  assert.equal(limits?.seats, 3)
  assert.equal((await told('limits', '--seats', 'default')).limits?.seats, null)
  const unknown = await fanfare(['workspace', 'suspend', 'nobody'], environment)
  assert.equal(unknown.code, 2)
  assert.match(unknown.told, /No workspace is called "nobody"/)
})

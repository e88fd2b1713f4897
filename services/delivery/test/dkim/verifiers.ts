import { execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** What DNS answers: TXT records by name. */
export type Records = Readonly<Record<string, string>>
/** A verifier that other people wrote. */
export interface Verifier {
  readonly name: string
  /** The Debian package it comes with. */
  readonly debian: string
  isThere(): boolean
  /** Of each message the result of each of its signatures from the top: `pass`, `unsupported` or why it fails. */
  verify(messages: readonly Buffer[], records: Records): Promise<string[][]>
}

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const runs = (command: string, words: readonly string[]) => spawnSync(command, words).status === 0
/** Debian's own Python has Debian's packages, whichever Python is the first on the path. */
const python = ['/usr/bin/python3', 'python3'].find((command) => runs(command, ['-c', 'import dkim'])) ?? 'python3'

export const verifiers: readonly Verifier[] = [
  {
    name: 'opendkim',
    debian: 'opendkim',
    isThere: () => runs('opendkim', ['-V']),
    verify: (messages, records) =>
      Promise.all(messages.map(separate)).then((each) => verifyWithOpendkim(each, records)),
  },
  {
    name: 'Mail::DKIM',
    debian: 'libmail-dkim-perl',
    isThere: () => runs('perl', ['-MMail::DKIM', '-e1']),
    verify: (messages, records) => ask('perl', script('mail-dkim.pl'), messages, records),
  },
  {
    name: 'dkimpy',
    debian: 'python3-dkim',
    isThere: () => runs(python, ['-c', 'import dkim, nacl']),
    verify: (messages, records) => ask(python, script('dkimpy.py'), messages, records),
  },
]

async function ask(command: string, file: string, messages: readonly Buffer[], records: Records): Promise<string[][]> {
  const child = spawn(command, [file], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ records, messages: messages.map((message) => message.toString('base64')) }))
  const pieces: Buffer[] = []
  for await (const piece of child.stdout) pieces.push(piece)
  return JSON.parse(Buffer.concat(pieces).toString())
}

/** Opendkim tells of one signature only, so each gets a message of its own; it ends its last line, as SMTP would. */
function separate(message: Buffer): Buffer[] {
  const source = message.toString('latin1').replace(/(?<!\r\n)$/, '\r\n')
  const end = source.indexOf('\r\n\r\n')
  const fields = source.slice(0, end).split(/\r\n(?![ \t])/)
  const isSignature = (field: string) => /^dkim-signature[ \t]*:/i.test(field)
  const others = fields.filter((field) => !isSignature(field))
  return fields
    .filter(isSignature)
    .map((signature) => Buffer.from(`${[signature, ...others].join('\r\n')}${source.slice(end)}`, 'latin1'))
}

async function verifyWithOpendkim(messages: readonly Buffer[][], records: Records): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-dkim-'))
  try {
    const lines = Object.entries(records).map(([name, text]) => `${name} ${text}\n`)
    await writeFile(join(folder, 'keys'), lines.join(''))
    await writeFile(join(folder, 'conf'), `Mode v\nTestPublicKeys ${join(folder, 'keys')}\n`)
    const files = messages.flatMap((signed, index) =>
      signed.map((message, number) => ({ file: join(folder, `${index}.${number}`), message })),
    )
    for (const { file, message } of files) await writeFile(file, message)
    const said = new Map<string, string>()
    for (let at = 0; at < files.length; at += 100) {
      const names = files.slice(at, at + 100).map(({ file }) => file)
      const { stdout } = await promisify(execFile)('opendkim', ['-t', names.join(','), '-x', join(folder, 'conf')])
      for (const [, file, words] of stdout.matchAll(/^opendkim: (\S+?): (.*)$/gm))
        said.set(file as string, words as string)
    }
    return messages.map((signed, index) =>
      signed.map((_, number) => {
        const words = said.get(join(folder, `${index}.${number}`)) ?? 'opendkim said nothing'
        return / succeeded$/.test(words) ? 'pass' : words
      }),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

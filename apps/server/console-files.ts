import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineService, Http, token } from '@fanfare/kernel'

const consoleFolder = fileURLToPath(new URL('../console/', import.meta.url))
const builtFolder = join(consoleFolder, 'dist')
const stampFile = join(builtFolder, '.built-from')

/** What the built console depends on, as globs below the apps/console folder. */
const sources = [
  'index.html',
  'package.json',
  'vite.config.ts',
  'src/**/*.*',
  'public/**/*.*',
  '../../packages/sdk/src/**/*.ts',
  '../../services/identity/src/permissions.ts',
  '../../services/identity/src/white-label/colours.ts',
]

/**
 * Builds the console when its files are newer than what was built last. Tells `say` before it begins, because it takes
 * some seconds. A build that fails is an error with the builder's own words.
 */
export async function buildConsole(say: (line: string) => void): Promise<void> {
  const wanted = await fingerprint()
  const built = await readFile(stampFile, 'utf8').catch(() => undefined)
  if (built === wanted) return
  say('Building the console (only when its files have changed) …')
  await runVite()
  await writeFile(stampFile, wanted)
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  const files: string[] = []
  for (const pattern of sources) for await (const file of glob(pattern, { cwd: consoleFolder })) files.push(file)
  for (const file of files.sort()) {
    hash.update(file)
    hash.update(await readFile(join(consoleFolder, file)).catch(() => ''))
  }
  return hash.digest('hex')
}

function runVite(): Promise<void> {
  const vite = fileURLToPath(new URL('../../node_modules/vite/bin/vite.js', import.meta.url))
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: consoleFolder })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`The console did not build:\n${said}`))))
  })
}

const ConsoleFiles = token<Record<never, never>>()('console')

/** Serves the console at / once it is built; the other services start meanwhile. A build that fails stops the start. */
export function consoleFiles(built: Promise<void>) {
  // When another service fails first, nobody is left to hear of the build.
  built.catch(() => {})
  return defineService({
    provides: ConsoleFiles,
    needs: { http: Http },
    startTimeoutMs: 120_000,
    async start({ http }) {
      await built
      http.serveFiles(builtFolder)
      return {}
    },
  })
}

import { parseArgs } from 'node:util'
import { createLogger, Http, isProblem, readEnvironment, start } from '@fanfare/kernel'
import { buildConsole, consoleFiles } from './console-files.ts'
import { platform } from './platform.ts'
import { welcome } from './welcome.ts'

/** Starts the product, or with `--services=a,b` a part of it, and stops it in order on SIGINT or SIGTERM. */
export async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...words], options: { services: { type: 'string' } } })
  const only = values.services?.split(',').map((name) => name.trim())
  const environment = readEnvironment()
  const say = (line: string) => process.stdout.write(`${line}\n`)

  const built = only === undefined || only.includes('console') ? buildConsole(say) : Promise.resolve()
  const level = environment.FANFARE_LOG === 'debug' ? 'debug' : environment.FANFARE_LOG === 'info' ? 'info' : 'warn'
  const app = await start([...platform, consoleFiles(built)], {
    environment,
    otherVariables: ['FANFARE_LOG', 'FANFARE_URL', 'FANFARE_KEY'],
    log: createLogger({ level }),
    ...(only ? { only } : {}),
  }).catch((error) => {
    process.stderr.write(`${isProblem(error) ? error.message : error.stack}\n`)
    process.exit(1)
  })
  if (app.registry.services().some(({ name }) => name === Http.id)) say(await welcome(app))

  const stop = async () => {
    say('Stopping: finishing what is in hand …')
    await app.stop()
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

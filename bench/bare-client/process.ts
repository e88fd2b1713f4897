import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BareFigures, BareRun } from './client.ts'

/** The bare client in a process of its own, as the engine has one. */
export async function runBareClient(run: BareRun): Promise<BareFigures> {
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), { serialization: 'advanced' })
  child.send(run)
  const [figures] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The bare client ended with code ${code}`)
    }),
  ])
  return figures as BareFigures
}

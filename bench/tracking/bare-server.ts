import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Target } from './requests.ts'

/** A bare HTTP server in a process of its own, as the product has one. */
export async function openBareServer(): Promise<Target & AsyncDisposable> {
  const child = fork(fileURLToPath(new URL('./bare-child.ts', import.meta.url)))
  const [port] = await once(child, 'message')
  return {
    host: '127.0.0.1',
    port: port as number,
    async [Symbol.asyncDispose]() {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

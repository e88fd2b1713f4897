import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answer, Opened, Question } from './child.ts'
import type { SinkControl, SinkOptions } from './sink.ts'

/** The sink's questions, asked over a channel between processes. */
type Asked<Control> = {
  [Name in keyof Control]: Control[Name] extends (...words: infer Words) => infer Value
    ? (...words: Words) => Promise<Value>
    : never
}

/** A sink in a process of its own, so that its work is not counted as anybody else's. */
export interface SinkProcess extends Asked<SinkControl>, AsyncDisposable {
  readonly port: number
}

export async function openSinkProcess(options: SinkOptions = {}): Promise<SinkProcess> {
  // Advanced: a sample is bytes.
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), { serialization: 'advanced' })
  child.send(options)
  const [{ port }] = (await once(child, 'message')) as [Opened]
  const open = new Map<number, PromiseWithResolvers<unknown>>()
  let number = 0
  child.on('message', (answer: Answer) => {
    open.get(answer.number)?.resolve(answer.value)
    open.delete(answer.number)
  })
  child.on('exit', (code) => {
    for (const question of open.values()) question.reject(new Error(`The sink ended with code ${code}`))
  })
  const asking =
    (name: keyof SinkControl) =>
    (...words: unknown[]) => {
      const question = Promise.withResolvers<unknown>()
      number += 1
      open.set(number, question)
      child.send({ number, name, words } satisfies Question)
      return question.promise
    }
  const names: readonly (keyof SinkControl)[] = ['counts', 'duplicates', 'missing', 'record', 'sample', 'reset', 'pace']
  return {
    ...(Object.fromEntries(names.map((name) => [name, asking(name)])) as unknown as Asked<SinkControl>),
    port,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

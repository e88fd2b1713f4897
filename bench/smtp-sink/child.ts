import { openSink, type SinkControl, type SinkOptions } from './sink.ts'

/** A question to the sink in its own process, and what comes back. */
export interface Question {
  readonly number: number
  readonly name: keyof SinkControl
  readonly words: readonly unknown[]
}
export interface Answer {
  readonly number: number
  readonly value: unknown
}
export interface Opened {
  readonly port: number
}

process.once('message', async (options: SinkOptions) => {
  const sink = await openSink(options)
  process.on('message', ({ number, name, words }: Question) => {
    const ask = sink[name] as (...words: readonly unknown[]) => unknown
    process.send?.({ number, value: ask(...words) } satisfies Answer)
  })
  process.send?.({ port: sink.port } satisfies Opened)
})
// Nobody is left to ask.
process.on('disconnect', () => process.exit(0))

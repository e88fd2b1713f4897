import { isProblem, type Problem } from '@fanfare/kernel'
import { type Config, configuredModels, type ModelChoice } from '../config.ts'
import type { CrewStep } from '../contract.ts'
import { problem } from '../errors.ts'
import { offlineWriter } from '../offline/offline-writer.ts'
import type { Fetch } from './chat-models.ts'
import { createLanguageModel } from './language-model.ts'
import type { Task, Writer, Written } from './writer.ts'

/** Times one model is asked before the next is. */
const attempts = 2

/** Chooses the writer of a step. */
export type Router = (step: CrewStep) => Writer

/**
 * Without any configured model everything is written offline. With one, the offline writer is never used: who chose a
 * model and gets rules instead would not know what they read.
 */
export function createRouter(config: Config, fetch: Fetch): Router {
  const models = configuredModels(config)
  if (models.length === 0) return () => offlineWriter
  const writers = new Map<string, Writer>()
  const writerOf = (choice: ModelChoice) => {
    const key = `${choice.provider}/${choice.model}`
    const writer = writers.get(key) ?? createLanguageModel(choice, fetch)
    writers.set(key, writer)
    return writer
  }
  return (step) => withFallback(modelsOf(step, models, config).map(writerOf), config.retryDelayMs)
}

/** The model named for the step, if its provider is configured, before the others. */
function modelsOf(step: CrewStep, models: readonly ModelChoice[], { stepModels }: Config): ModelChoice[] {
  const named = stepModels.find((choice) => choice.step === step)
  const host = models.find((choice) => choice.provider === named?.provider)
  return named && host ? [{ ...host, model: named.model }, ...models] : [...models]
}

/** One writer out of several: a busy one is asked again, then the next is, and a refusing one is passed over at once. */
function withFallback(writers: readonly Writer[], retryDelayMs: number): Writer {
  const [preferred] = writers as [Writer, ...Writer[]]
  return {
    name: preferred.name,
    note: preferred.note,
    async write<T>(task: Task<T>, onText: (text: string) => void): Promise<Written<T>> {
      const failures: Problem[] = []
      for (const writer of writers) {
        for (let attempt = 1; attempt <= attempts; attempt += 1) {
          try {
            return await writer.write(task, onText)
          } catch (error) {
            if (!isProblem(error)) throw error
            failures.push(error)
            onText(`\n(${error.message})\n`)
            if (!error.retryable) break
            if (attempt < attempts) await pause(retryDelayMs, task.signal)
          }
        }
      }
      throw exhausted(task.step, failures)
    },
  }
}

function exhausted(step: CrewStep, failures: readonly Problem[]): Problem {
  const reasons = [...new Set(failures.map((failure) => failure.message))].join('; ')
  const name = failures.some((failure) => failure.retryable) ? 'models_busy' : 'no_model_left'
  return problem(name, { detail: { step, reasons }, cause: failures.at(-1) })
}

function pause(forMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, forMs)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

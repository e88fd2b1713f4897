import { defineProblems } from './problems.ts'

export const timeoutProblem = defineProblems('timeout', {
  elapsed: { kind: 'unavailable', message: 'Gave up {what} after {afterMs} ms' },
})

/** Runs `work` and rejects with `timeout.elapsed` when it takes longer; the work itself is not interrupted. */
export async function within<T>(afterMs: number, what: string, work: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const elapsed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeoutProblem('elapsed', { detail: { what, afterMs } })), afterMs)
  })
  try {
    return await Promise.race([Promise.resolve().then(work), elapsed])
  } finally {
    clearTimeout(timer)
  }
}

/** The data of an SDK call, or its problem's sentence as an error. */
export async function taken<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await call
  if (error !== undefined) throw new Error(sentenceOf(error))
  return data as T
}

function sentenceOf(error: unknown): string {
  const { title, violations } = error as { title?: string; violations?: { path: string; message: string }[] }
  const sentence = title ?? JSON.stringify(error)
  const untold = violations?.filter(({ message }) => !sentence.includes(message)) ?? []
  return `${sentence}${untold.map(({ path, message }) => `\n  ${path}: ${message}`).join('')}`
}

/** Asks again every `everyMs` until `done` says so. */
export async function poll<T>(ask: () => Promise<T>, done: (answer: T) => boolean, everyMs: number): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (done(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

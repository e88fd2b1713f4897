import { csrfToken, type FanfareClient } from '@fanfare/sdk'

/** Whether the person has proven themselves, asked of whoever draws the question. */
type Answer = (isProven: boolean) => void

/**
 * One question at a time: "prove that it is you". Calls that were refused for want of a proof wait for it together, and are
 * made again once it was given.
 */
export class StepUp {
  #question: Promise<boolean> | undefined
  #answer: Answer | undefined
  readonly #listeners = new Set<() => void>()

  get isAsked(): boolean {
    return this.#question !== undefined
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Without anybody to draw the question there is no proof. */
  ask(): Promise<boolean> {
    if (this.#listeners.size === 0) return Promise.resolve(false)
    if (this.#question === undefined) {
      this.#question = new Promise((resolve) => {
        this.#answer = resolve
      })
      this.#tell()
    }
    return this.#question
  }

  answer(isProven: boolean): void {
    const answer = this.#answer
    this.#question = undefined
    this.#answer = undefined
    answer?.(isProven)
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

export const stepUp = new StepUp()

/** Catches `http.proof_needed` of any call of a client, asks for the proof, and makes the call again. */
export function retryAfterProof(client: FanfareClient, question: StepUp): void {
  const copies = new Map<string, Request>()
  client.use({
    onRequest({ request, id }) {
      // The body of a request can be read once, and reading it is how it is sent.
      copies.set(id, request.clone())
      return undefined
    },
    async onResponse({ response, id }) {
      const again = copies.get(id)
      copies.delete(id)
      if (again === undefined || !(await wantsProof(response)) || !(await question.ask())) return undefined
      const csrf = csrfToken()
      // The proof has changed the session's tokens.
      if (csrf !== undefined) again.headers.set('fanfare-csrf', csrf)
      return fetch(again)
    },
    onError({ id }) {
      copies.delete(id)
      return undefined
    },
  })
}

async function wantsProof(response: Response): Promise<boolean> {
  if (response.status !== 403) return false
  const said: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return (said as { code?: unknown } | null | undefined)?.code === 'http.proof_needed'
}

import { randomUUID } from 'node:crypto'

export interface Caller {
  readonly url: string
  readonly key: string
}

/** What the call of a number posts. */
export type Posting = (number: number) => { readonly path: string; readonly body: unknown }

/** Posts so many bodies, each with an Idempotency-Key, by callers that wait for each answer. Returns milliseconds of each. */
export async function timeCalls(
  { url, key }: Caller,
  { count, callers }: { readonly count: number; readonly callers: number },
  posting: Posting,
): Promise<number[]> {
  const times: number[] = []
  let next = 0
  async function call(): Promise<void> {
    for (let number = next++; number < count; number = next++) {
      const { path, body } = posting(number)
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      }
      const began = performance.now()
      const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
      const text = await reply.text()
      times.push(performance.now() - began)
      if (!reply.ok) throw new Error(`POST ${path} answered ${reply.status}: ${text}`)
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return times
}

export interface Latencies {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** Milliseconds that half, 95 % and 99 % of the calls did not exceed. */
export function latenciesOf(times: readonly number[]): Latencies {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number) => Number((sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(2))
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

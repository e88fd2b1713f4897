import { identity } from '@fanfare/identity'
import { Identity } from '@fanfare/identity/contract'
import { readEnvironment } from '@fanfare/kernel'
import { boot, createTestClock, type TestApp } from '@fanfare/testkit'
import { assertKnown, wholeNumber } from './command-line/flags.ts'
import type { BenchOptions } from './main.ts'

const password = 'correct horse battery staple'
const dayMs = 24 * 60 * 60_000

/**
 * Whether the time of a refused sign-in tells if the address has an account: as many tries for one that has as for ones that
 * have none, in turn, over HTTP. One line of JSON with the medians, their difference, and how much the times of each kind
 * spread by themselves.
 *
 * @param options `--tries` of each kind, default 1 000; `--cost` of the password hashes, default 10
 */
export async function run(options: BenchOptions): Promise<void> {
  assertKnown(options, ['tries', 'cost'])
  const tries = wholeNumber(options, 'tries') ?? 1_000
  const bcryptCost = wholeNumber(options, 'cost') ?? 10
  const clock = createTestClock()
  await using app = await boot([identity], {
    clock,
    config: { identity: { bcryptCost }, http: { trustedProxies: ['127.0.0.1'] } },
  })
  const email = 'known@example.com'
  await app.get(Identity).provision({ workspaceName: 'Bench', name: 'Known', email, password })
  const known: number[] = []
  const unknown: number[] = []
  const warmUp = Math.min(50, tries)
  for (let round = -warmUp; round < tries; round += 1) {
    // A day later all earlier failures are forgotten, so that none of them makes this one wait.
    clock.advance(dayMs + 1)
    const pair = [await timed(app, email, round), await timed(app, `unknown${round}@example.com`, round)] as const
    if (round < 0) continue
    known.push(pair[0])
    unknown.push(pair[1])
  }
  const figures = {
    bench: 'sign-in',
    database: readEnvironment().DATABASE_URL ? 'postgresql' : 'pglite',
    tries,
    bcryptCost,
    knownMedianMs: rounded(quantile(known, 0.5)),
    unknownMedianMs: rounded(quantile(unknown, 0.5)),
    differenceMs: rounded(quantile(known, 0.5) - quantile(unknown, 0.5)),
    knownSpreadMs: rounded(spread(known)),
    unknownSpreadMs: rounded(spread(unknown)),
    knownP95Ms: rounded(quantile(known, 0.95)),
    unknownP95Ms: rounded(quantile(unknown, 0.95)),
  }
  console.log(JSON.stringify(figures))
}

async function timed(app: TestApp, email: string, round: number): Promise<number> {
  const from = { 'x-forwarded-for': `2001:db8:${(round & 0xffff).toString(16)}::1` }
  const began = performance.now()
  const { status, text } = await app.anonymous.post('/v1/sessions', { email, password: 'a wrong password' }, from)
  const ms = performance.now() - began
  if (status !== 401) throw new Error(`A wrong password was answered ${status}: ${text}`)
  return ms
}

/** Half of all times are this near to their median, in either direction. */
function spread(times: readonly number[]): number {
  const middle = quantile(times, 0.5)
  return quantile(
    times.map((time) => Math.abs(time - middle)),
    0.5,
  )
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number
}

function rounded(ms: number): number {
  return Number(ms.toFixed(3))
}

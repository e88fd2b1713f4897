import pg from 'pg'

/** One time that a statement ran. */
export interface Sample {
  readonly tenantId: string
  readonly values: readonly unknown[]
}

/** A statement of the services, with how often and how long it ran in all. */
export interface SeenStatement {
  readonly text: string
  /** Under which connections keep it, for one that they keep. */
  readonly name: string | undefined
  runs: number
  totalMs: number
  readonly samples: Sample[]
}

const mostSamples = 50

/** Who a connection speaks as, read from what it was told. */
interface Speaker {
  role: string
  tenantId: string
}

/**
 * Watches every statement that this process sends as the services' role for a tenant, until it is disposed of: what
 * pg_stat_statements would count, with the values, so that each can be run again.
 */
export function watchStatements(): Disposable & { readonly statements: ReadonlyMap<string, SeenStatement> } {
  const statements = new Map<string, SeenStatement>()
  const speakers = new WeakMap<object, Speaker>()
  const original = pg.Client.prototype.query
  // biome-ignore lint/suspicious/noExplicitAny: the driver's many forms of a query go through as they come
  const watched = function (this: pg.Client, ...words: any[]): any {
    const [first, second] = words
    const given = typeof first === 'string' ? { text: first, values: second as unknown[] } : first
    const speaker = speakers.get(this) ?? { role: '', tenantId: '' }
    speakers.set(this, hear(speaker, String(given.text ?? '')))
    const began = performance.now()
    const result = Reflect.apply(original, this, words)
    if (typeof result?.then === 'function' && isCounted(speaker, given)) {
      const count = () => note(statements, given, { speaker, ms: performance.now() - began })
      result.then(count, () => {})
    }
    return result
  }
  pg.Client.prototype.query = watched as typeof original
  return {
    statements,
    [Symbol.dispose]() {
      pg.Client.prototype.query = original
    },
  }
}

function hear(speaker: Speaker, text: string): Speaker {
  const role = /set local role (\w+)/.exec(text)?.[1]
  const tenantId = /set local app\.tenant = '([^']*)'/.exec(text)?.[1]
  return role === undefined || tenantId === undefined ? speaker : { role, tenantId }
}

function isCounted({ role, tenantId }: Speaker, { text, values }: { text?: string; values?: unknown[] }): boolean {
  if (role !== 'fanfare_app' || tenantId === '' || values === undefined) return false
  return /^\s*(select|with|insert|update|delete)\b/i.test(text ?? '')
}

function note(
  statements: Map<string, SeenStatement>,
  given: { text: string; name?: string; values: unknown[] },
  { speaker, ms }: { speaker: Speaker; ms: number },
): void {
  const { text, name, values } = given
  const seen = statements.get(text) ?? { text, name, runs: 0, totalMs: 0, samples: [] }
  statements.set(text, seen)
  seen.runs += 1
  seen.totalMs += ms
  const sample = { tenantId: speaker.tenantId, values }
  // Every run has the same chance to be among those that are kept.
  if (seen.samples.length < mostSamples) seen.samples.push(sample)
  else if (seen.runs % Math.ceil(seen.runs / mostSamples) === 0) seen.samples[seen.runs % mostSamples] = sample
}

import type { z } from 'zod'
import type { Token } from './token.ts'

/** One operation of a contract. Every input names its tenant itself; nothing is taken from the ambient context. */
export interface Operation {
  readonly input: z.ZodType
  readonly output: z.ZodType
  /** A remote call that failed half-way may be repeated. */
  readonly idempotent?: boolean
  readonly timeoutMs?: number
}
export type Operations = Readonly<Record<string, Operation>>

/** What a caller holds: one async function an operation, the same whether the provider is local or remote. */
export type Client<O extends Operations> = {
  readonly [Name in keyof O]: (
    input: z.input<O[Name]['input']>,
    options?: CallOptions,
  ) => Promise<z.output<O[Name]['output']>>
}
export interface CallOptions {
  signal?: AbortSignal
}

/** What a provider writes: one async function an operation, over parsed input. */
export type Implementation<O extends Operations> = {
  readonly [Name in keyof O]: (
    input: z.output<O[Name]['input']>,
    options: CallOptions,
  ) => Promise<z.input<O[Name]['output']>>
}

/** A token that is a versioned contract: operations with schemas for what goes in and what comes out. */
export interface Contract<Id extends string = string, O extends Operations = Operations> extends Token<Id, Client<O>> {
  readonly version: number
  readonly operations: O
}

/**
 * Declares what one service offers to others.
 *
 * @example
 * export const Audience = defineContract('audience', 1, {
 *   countSegment: { input: z.object({ tenantId: z.uuid(), segmentId: z.uuid() }), output: z.object({ count: z.int() }) },
 * })
 */
export function defineContract<const Id extends string, const O extends Operations>(
  id: Id,
  version: number,
  operations: O,
): Contract<Id, O> {
  return { id, version, operations }
}

const output = { checked: false }

/** Whether `implement` parses what operations return, too. For tests: a provider that breaks its own schema fails there. */
export function checkContractOutput(checked: boolean): void {
  output.checked = checked
}

/**
 * Makes the local client of a contract. Input is parsed on every call, so a local caller is held to the same schema
 * as a remote one; output is parsed only when tests ask for it.
 */
export function implement<Id extends string, O extends Operations>(
  contract: Contract<Id, O>,
  implementation: Implementation<O>,
): Client<O> {
  return mapOperations(contract, (name, { input: inputSchema, output: outputSchema }) => {
    const run = implementation[name] as AnyCall
    return async (input, options = {}) => {
      const result = await run(inputSchema.parse(input), options)
      return output.checked ? outputSchema.parse(result) : result
    }
  })
}

/** Called around every operation of a client: metrics and traces hang here. */
export type CallObserver = (operation: string, call: () => Promise<unknown>) => Promise<unknown>

/** The same client with an observer around each of its operations; what else the provider has is kept. */
export function observeClient<O extends Operations>(
  contract: Contract<string, O>,
  client: unknown,
  observe: CallObserver,
): Client<O> {
  const calls = client as Readonly<Record<string, AnyCall>>
  const observed = mapOperations(contract, (name) => {
    const call = calls[name] as AnyCall
    return (input, options) => observe(name, () => call(input, options))
  })
  return { ...(client as Client<O>), ...observed }
}

type AnyCall = (input: unknown, options?: CallOptions) => Promise<unknown>

function mapOperations<O extends Operations>(
  contract: Contract<string, O>,
  make: (name: keyof O & string, operation: Operation) => AnyCall,
): Client<O> {
  const entries = Object.entries(contract.operations).map(([name, operation]) => [name, make(name, operation)])
  // The compiler has checked each operation against the contract; Object.fromEntries forgets the names.
  return Object.fromEntries(entries) as Client<O>
}

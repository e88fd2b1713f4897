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

/** Called around every operation; metrics and traces hang here. */
export type CallObserver = <T>(contract: string, operation: string, call: () => Promise<T>) => Promise<T>

const observe: { current: CallObserver | undefined; checkOutput: boolean } = { current: undefined, checkOutput: false }

/** Sets what happens around contract calls in this process; `start` does this once. */
export function observeContractCalls(
  observer: CallObserver | undefined,
  options: { checkOutput?: boolean } = {},
): void {
  observe.current = observer
  observe.checkOutput = options.checkOutput ?? false
}

/**
 * Makes the local client of a contract. Input is parsed on every call, so a local caller is held to the same schema
 * as a remote one; output is parsed only when tests ask for it.
 */
export function implement<Id extends string, O extends Operations>(
  contract: Contract<Id, O>,
  implementation: Implementation<O>,
): Client<O> {
  const entries = Object.entries(contract.operations).map(([name, operation]) => {
    const run = implementation[name] as (input: unknown, options: CallOptions) => Promise<unknown>
    const call = async (input: unknown, options: CallOptions = {}) => {
      const parsed = operation.input.parse(input)
      const observer = observe.current
      const output = await (observer ? observer(contract.id, name, () => run(parsed, options)) : run(parsed, options))
      return observe.checkOutput ? operation.output.parse(output) : output
    }
    return [name, call] as const
  })
  // The compiler has checked each entry against the contract; Object.fromEntries forgets the names.
  return Object.fromEntries(entries) as unknown as Client<O>
}

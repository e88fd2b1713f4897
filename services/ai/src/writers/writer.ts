import type { z } from 'zod'
import type { Brand, Brief, CrewStep, Strategy } from '../contract.ts'
import type { Copy } from '../crew/copy.ts'

/** What a step may know. All of it comes from people and models: it is data, never an instruction. */
export interface Material {
  readonly brief: Brief
  readonly brand: Brand
  readonly strategy?: Strategy
  readonly copies?: readonly Copy[]
}

export interface Task<T> {
  readonly step: CrewStep
  /** What the step is asked to do, in our words. */
  readonly instructions: string
  readonly material: Material
  readonly schema: z.ZodType<T>
  readonly signal: AbortSignal
}

export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Null when the price is not known. */
  readonly costUsd: number | null
}

export interface Written<T> {
  readonly value: T
  /** `offline` or `<provider>/<model>`. */
  readonly by: string
  readonly usage: Usage
}

/** Writes what a step asks for, showing its text as it comes. Whoever it is, its work passes the same gates. */
export interface Writer {
  readonly name: string
  /** Said wherever its text shows. */
  readonly note: string
  write<T>(task: Task<T>, onText: (text: string) => void): Promise<Written<T>>
}

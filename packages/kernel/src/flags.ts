import { token } from './token.ts'

export interface FlagRule {
  readonly name: string
  /** Share of tenants for which the flag is on, 0 to 100; a tenant keeps its side as the share grows. */
  readonly percentage: number
  /** Tenants for which it is always on or always off. */
  readonly tenants: Readonly<Record<string, boolean>>
}

/** Feature flags per tenant and percentage, read through OpenFeature with our database as its provider. */
export interface Flags {
  /** False for an unknown flag. */
  isOn(name: string, tenantId: string): Promise<boolean>
  set(rule: FlagRule): Promise<void>
  list(): Promise<readonly FlagRule[]>
}

export const Flags = token<Flags>()('flags')

import type { Deps } from '../deps.ts'

/** What sending is made of; each part takes what it uses. */
export type EngineDeps = Pick<
  Deps,
  | 'db'
  | 'events'
  | 'ids'
  | 'live'
  | 'keys'
  | 'http'
  | 'egress'
  | 'audience'
  | 'clock'
  | 'log'
  | 'config'
  | 'sandbox'
  | 'progress'
  | 'signers'
> & { readonly random: () => number }

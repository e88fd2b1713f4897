import type { Clock, Database, Events, Ids, Keys } from '@fanfare/kernel'
import type { Config } from './config.ts'
import type { Mail } from './mail/mail.ts'
import type { Passwords } from './passwords.ts'
import type { Schema } from './store/schema.ts'

/** Everything a use case of this service may work with; each names the part it takes. */
export interface Deps {
  db: Database<Schema>
  clock: Clock
  ids: Ids
  keys: Keys
  passwords: Passwords
  mail: Mail
  config: Config
  events: Events
  /** The base of links into the console. */
  publicUrl: () => string
}

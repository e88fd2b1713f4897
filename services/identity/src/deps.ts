import type { Clock, Database, Events, Http, Ids, Jobs, Keys, Live, Logger } from '@fanfare/kernel'
import type { SigningKeys } from './access-tokens/signing-keys.ts'
import type { BreachList } from './clients/breach-list.ts'
import type { Config } from './config.ts'
import type { Brand } from './contract/appearance.ts'
import type { Mail } from './mail/mail.ts'
import type { Passwords } from './passwords.ts'
import type { Schema } from './store/schema.ts'

/** Everything a use case of this service may work with; each names the part it takes. */
export interface Deps {
  db: Database<Schema>
  clock: Clock
  ids: Ids
  keys: Keys
  events: Events
  jobs: Jobs
  live: Live
  /** For the links that we write. */
  http: Pick<Http, 'publicUrl'>
  passwords: Passwords
  signingKeys: SigningKeys
  commonPasswords: ReadonlySet<string>
  breaches: BreachList
  mail: Mail
  /** How a workspace, or with undefined the installation, presents itself. */
  brandOf: (tenantId: string | undefined) => Promise<Brand>
  config: Config
  log: Logger
}

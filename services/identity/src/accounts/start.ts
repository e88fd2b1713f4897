import type { Database, Egress, Jobs, Keys, ServiceContext } from '@fanfare/kernel'
import { createBreachList, noBreachList } from '../clients/breach-list.ts'
import type { Config } from '../config.ts'
import type { Deps } from '../deps.ts'
import { createMail } from '../mail/mail.ts'
import { createSmtpTransport } from '../mail/transport.ts'
import type { Schema } from '../store/schema.ts'
import { readCommonPasswords } from './common-passwords.ts'

interface Needs extends Pick<Deps, 'brandOf'> {
  readonly db: Database<Schema>
  readonly jobs: Jobs
  readonly keys: Keys
  readonly egress: Egress
}

/** What accounts work with besides the database: the mail and the lists of passwords that nobody should have. */
export function startAccounts(
  { db, jobs, keys, egress, brandOf }: Needs,
  { config, clock, ids, log, defer }: ServiceContext<Config>,
): Pick<Deps, 'mail' | 'commonPasswords' | 'breaches'> {
  const { mailUrl, mailFrom = '', breachCheckUrl } = config
  const transport = mailUrl && createSmtpTransport(mailUrl.reveal(), mailFrom)
  defer(() => transport?.close())
  return {
    mail: createMail({ db, clock, ids, jobs, keys, log, transport, brandOf }),
    commonPasswords: readCommonPasswords(),
    breaches: breachCheckUrl === undefined ? noBreachList : createBreachList(egress, log, breachCheckUrl),
  }
}

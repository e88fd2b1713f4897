import { Keys } from '@fanfare/kernel'
import type { TestApp } from '@fanfare/testkit'
import { type KeptMail, listMails } from '../src/mail/mail.ts'

/** The system mails to an address that were sent so far, newest first. */
export async function mailsTo(app: TestApp, address: string): Promise<KeptMail[]> {
  await app.drain()
  const mails = await listMails({ db: app.db, clock: app.clock, keys: app.get(Keys) })
  return mails.filter(({ to }) => to === address)
}

/** The token in the link of the newest mail to an address, or the newest with such a subject. */
export async function tokenTo(app: TestApp, address: string, subject = /^/): Promise<string> {
  const mail = (await mailsTo(app, address)).find((each) => subject.test(each.subject))
  const token = mail === undefined ? undefined : /[#?&]token=([\w-]+)/.exec(mail.text)?.[1]
  if (token === undefined) throw new Error(`no mail with a link went to ${address}`)
  return token
}

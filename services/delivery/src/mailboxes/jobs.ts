import { defineJob } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import type { ReceiveDeps } from '../intake/receive.ts'
import { listDueMailboxes, type MailboxRef } from '../store/mailboxes.ts'
import { pollMailbox } from './poll.ts'

const SweepMailboxes = defineJob('delivery.sweep-mailboxes', z.object({}), { retryLimit: 0 })
const PollMailbox = defineJob('delivery.poll-mailbox', z.object({ mailboxId: z.uuid() }), { retryLimit: 0 })

const mostAtOnce = 1_000
const concurrency = 5

/** Asks for a mailbox to be read soon, once however often it is asked. */
export async function requestPoll({ jobs }: Pick<Deps, 'jobs'>, { tenantId, mailboxId }: MailboxRef): Promise<void> {
  await jobs.enqueue(PollMailbox, { mailboxId }, { tenantId, singletonKey: mailboxId })
}

export function registerMailboxJobs(deps: ReceiveDeps & Pick<Deps, 'jobs'>): void {
  const { db, jobs, clock } = deps
  jobs.work(SweepMailboxes, async () => {
    const due = await db.transaction((trx) => listDueMailboxes(trx, clock.now(), mostAtOnce))
    for (const ref of due) await requestPoll(deps, ref)
  })
  jobs.work(
    PollMailbox,
    async ({ mailboxId }, { tenantId, signal }) => {
      if (tenantId !== undefined) await pollMailbox(deps, { tenantId, mailboxId }, signal)
    },
    { concurrency },
  )
  jobs.schedule(SweepMailboxes, '* * * * *', {})
}

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Deps } from '../deps.ts'
import { insertMessages, type ReceivedMessage, trimMessages } from '../store/sandbox.ts'

const setSize = 200

interface Waiting {
  readonly message: ReceivedMessage
  readonly done: (error?: Error) => void
}

/** What one workspace's mailbox is doing. */
interface Mailbox {
  readonly waiting: Waiting[]
  writing: boolean
  sinceTrim: number
}

/**
 * Takes messages in sets: what comes while one set is being committed makes the next. Each `receive` resolves once its set
 * is committed, so a 250 is never a promise.
 */
export interface SandboxInbox {
  receive(tenantId: string, message: ReceivedMessage): Promise<void>
}

export function createInbox(deps: Pick<Deps, 'db' | 'live' | 'log' | 'config'>): SandboxInbox {
  const mailboxes = new Map<string, Mailbox>()
  const outside = AsyncLocalStorage.snapshot()

  async function writeAll(tenantId: string, mailbox: Mailbox): Promise<void> {
    mailbox.writing = true
    while (mailbox.waiting.length > 0) {
      const set = mailbox.waiting.splice(0, setSize)
      const failure = await writeSet(
        tenantId,
        set.map(({ message }) => message),
      ).then(
        () => undefined,
        (error: Error) => error,
      )
      for (const { done } of set) done(failure)
      mailbox.sinceTrim += set.length
    }
    mailbox.writing = false
    await trimNowAndThen(tenantId, mailbox)
  }

  async function writeSet(tenantId: string, messages: readonly ReceivedMessage[]): Promise<void> {
    await deps.db.withTenant(tenantId, (trx) => insertMessages(trx, tenantId, messages))
    deps.live.publish(tenantId, 'sandbox', { type: 'received' })
  }

  async function trimNowAndThen(tenantId: string, mailbox: Mailbox): Promise<void> {
    const kept = deps.config.sandboxMessages
    if (mailbox.sinceTrim < Math.min(kept, 1_000)) return
    mailbox.sinceTrim = 0
    await deps.db.withTenant(tenantId, (trx) => trimMessages(trx, tenantId, kept))
  }

  return {
    receive: (tenantId, message) =>
      new Promise((resolve, reject) => {
        const mailbox = mailboxes.get(tenantId) ?? { waiting: [], writing: false, sinceTrim: 0 }
        mailboxes.set(tenantId, mailbox)
        mailbox.waiting.push({ message, done: (error) => (error ? reject(error) : resolve()) })
        if (mailbox.writing) return
        outside(() => {
          writeAll(tenantId, mailbox).catch((error) => deps.log.warn({ err: error }, 'the sandbox was not trimmed'))
        })
      }),
  }
}

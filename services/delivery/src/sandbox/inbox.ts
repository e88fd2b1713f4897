import { AsyncLocalStorage } from 'node:async_hooks'
import type { Deps } from '../deps.ts'
import { insertMessages, type ReceivedMessage, trimMessages } from '../store/sandbox.ts'

const setSize = 200
const longestWaitMs = 20

interface Waiting {
  readonly message: ReceivedMessage
  readonly done: (error?: Error) => void
}

/** Takes messages in sets: each `receive` resolves once its set is committed, so a 250 is never a promise. */
export interface SandboxInbox {
  receive(tenantId: string, message: ReceivedMessage): Promise<void>
}

export function createInbox(deps: Pick<Deps, 'db' | 'live' | 'config'>): SandboxInbox {
  const waiting = new Map<string, Waiting[]>()
  const sinceTrim = new Map<string, number>()
  const outside = AsyncLocalStorage.snapshot()

  async function write(tenantId: string): Promise<void> {
    const set = waiting.get(tenantId) ?? []
    waiting.delete(tenantId)
    if (set.length === 0) return
    try {
      await deps.db.withTenant(tenantId, (trx) =>
        insertMessages(
          trx,
          tenantId,
          set.map(({ message }) => message),
        ),
      )
      for (const { done } of set) done()
    } catch (error) {
      for (const { done } of set) done(error as Error)
      return
    }
    deps.live.publish(tenantId, 'sandbox', { type: 'received' })
    await trimNowAndThen(tenantId, set.length)
  }

  async function trimNowAndThen(tenantId: string, added: number): Promise<void> {
    const kept = deps.config.sandboxMessages
    const count = (sinceTrim.get(tenantId) ?? kept) + added
    sinceTrim.set(tenantId, count)
    if (count < Math.max(100, kept / 20)) return
    sinceTrim.set(tenantId, 0)
    await deps.db.withTenant(tenantId, (trx) => trimMessages(trx, tenantId, kept))
  }

  function writeSoon(tenantId: string): void {
    write(tenantId).catch(() => {})
  }

  return {
    receive: (tenantId, message) =>
      new Promise((resolve, reject) => {
        const set = waiting.get(tenantId) ?? []
        waiting.set(tenantId, set)
        set.push({ message, done: (error) => (error ? reject(error) : resolve()) })
        if (set.length >= setSize) outside(() => writeSoon(tenantId))
        else if (set.length === 1) outside(() => setTimeout(() => writeSoon(tenantId), longestWaitMs))
      }),
  }
}

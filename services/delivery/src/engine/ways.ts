import { isProviderKind } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { openAccount } from '../providers/account.ts'
import { identityOf, openSender, type SenderIdentity } from '../senders/target.ts'
import type { SenderRow } from '../store/senders.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import { ProviderWay } from './provider-way.ts'
import { createRateLimit } from './rate.ts'
import { Way, type WayOut } from './way.ts'

/** A sender ready to be used, and its way out. */
export interface OpenWay {
  readonly from: SenderIdentity
  readonly way: WayOut
  readonly breaker: Breaker
}

/** The ways out of this process: one a sender, shared by all its batches. A sender that was changed gets a new one. */
export interface Ways extends AsyncDisposable {
  /** Rejects with what a person has to mend: a server that is not allowed, a password that cannot be opened. */
  open(sender: SenderRow): Promise<OpenWay>
}

export function createWays(deps: Pick<Deps, 'keys' | 'config' | 'sandbox' | 'egress' | 'clock'>): Ways {
  const open = new Map<string, { readonly settings: string; readonly opened: Promise<OpenWay> }>()

  async function openWay(sender: SenderRow): Promise<OpenWay> {
    const breaker = createBreaker(deps.config)
    if (isProviderKind(sender.kind)) {
      const way = new ProviderWay(openAccount(deps, sender), deps.config.connections)
      return { from: identityOf(deps, sender), way, breaker }
    }
    const from = await openSender(deps, sender)
    const rate = sender.messages_per_second === null ? undefined : createRateLimit(sender.messages_per_second)
    return { from, way: new Way(from.target, deps.config, rate), breaker }
  }
  async function close(opened: Promise<OpenWay>): Promise<void> {
    const { way } = await opened
    await way[Symbol.asyncDispose]()
  }

  return {
    async open(sender) {
      // What we note of it is no setting.
      const settings = JSON.stringify({ ...sender, trouble: null, trouble_at: null })
      const known = open.get(sender.id)
      if (known?.settings === settings) return known.opened
      if (known) close(known.opened).catch(() => {})
      const opened = openWay(sender)
      open.set(sender.id, { settings, opened })
      opened.catch(() => {
        if (open.get(sender.id)?.opened === opened) open.delete(sender.id)
      })
      return opened
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...open.values()].map(({ opened }) => close(opened)))
      open.clear()
    },
  }
}

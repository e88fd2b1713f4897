import type { Deps } from '../deps.ts'
import { type OpenSender, openSender } from '../senders/target.ts'
import type { SenderRow } from '../store/senders.ts'
import { createRateLimit } from './rate.ts'
import { Way } from './way.ts'

/** A sender ready to be used, and its way out. */
export interface OpenWay {
  readonly from: OpenSender
  readonly way: Way
}

/** The ways out of this process: one a sender, shared by all its batches. A sender that was changed gets a new one. */
export interface Ways extends AsyncDisposable {
  /** Rejects with what a person has to mend: a server that is not allowed, a password that cannot be opened. */
  open(sender: SenderRow): Promise<OpenWay>
}

export function createWays(deps: Pick<Deps, 'keys' | 'config' | 'sandbox'>): Ways {
  const open = new Map<string, { readonly settings: string; readonly opened: Promise<OpenWay> }>()

  async function openWay(sender: SenderRow): Promise<OpenWay> {
    const from = await openSender(deps, sender)
    const rate = sender.messages_per_second === null ? undefined : createRateLimit(sender.messages_per_second)
    return { from, way: new Way(from.target, deps.config, rate) }
  }
  async function close(opened: Promise<OpenWay>): Promise<void> {
    const { way } = await opened
    await way[Symbol.asyncDispose]()
  }

  return {
    async open(sender) {
      const settings = JSON.stringify(sender)
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

import type { LiveMessage } from '../live.ts'

/** Takes one message to whoever watches. */
export type Listener = (topic: string, message: LiveMessage) => void

/** Who of this process watches what. A key holds the tenant first, so a topic's name cannot reach into another workspace. */
export interface Hub {
  /** Returns what stops the watching. */
  watch(tenantId: string, topic: string, listener: Listener): () => void
  deliver(tenantId: string, topic: string, message: LiveMessage): void
}

export function createHub(): Hub {
  const listeners = new Map<string, Set<Listener>>()
  return {
    watch(tenantId, topic, listener) {
      const key = `${tenantId} ${topic}`
      const watching = listeners.get(key) ?? new Set()
      listeners.set(key, watching.add(listener))
      return () => {
        watching.delete(listener)
        if (watching.size === 0) listeners.delete(key)
      }
    },
    deliver(tenantId, topic, message) {
      for (const listener of [...(listeners.get(`${tenantId} ${topic}`) ?? [])]) listener(topic, message)
    },
  }
}

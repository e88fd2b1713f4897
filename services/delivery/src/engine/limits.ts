import type { DeliveryConfig } from '../config.ts'

/** How much of a batch to take at once: no more than a sender's server is likely to take before it is stale. */
export interface Limits {
  of(senderId: string): number
  learn(senderId: string, taken: number, unsent: number): void
}

export function createLimits({ batchSize, connections }: Pick<DeliveryConfig, 'batchSize' | 'connections'>): Limits {
  const limits = new Map<string, number>()
  return {
    of: (senderId) => limits.get(senderId) ?? batchSize,
    learn(senderId, taken, unsent) {
      const likely = unsent > 0 ? (taken - unsent) * 2 : (limits.get(senderId) ?? batchSize) * 2
      const limit = Math.min(batchSize, Math.max(connections, likely))
      if (limit === batchSize) limits.delete(senderId)
      else limits.set(senderId, limit)
    },
  }
}

import type { WebhookRef } from '../store/webhooks.ts'

/** No workspace holds more than this share of the places of a process, but for one: several dead ones of it leave room. */
const shareOfTenant = 5

/**
 * Which of the due webhooks get a free place now, in their turn.
 * @param running how many places each workspace holds
 */
export function pickWebhooks(
  due: readonly WebhookRef[],
  { places, free, running }: { places: number; free: number; running: ReadonlyMap<string, number> },
): WebhookRef[] {
  const most = Math.max(1, Math.floor(places / shareOfTenant))
  const held = new Map(running)
  const picked: WebhookRef[] = []
  for (const webhook of due) {
    if (picked.length === free) break
    const of = held.get(webhook.tenantId) ?? 0
    if (of >= most) continue
    held.set(webhook.tenantId, of + 1)
    picked.push(webhook)
  }
  return picked
}

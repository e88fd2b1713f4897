import type { FanfareClient } from '@fanfare/sdk'
import type { Output } from '../output.ts'
import { taken } from '../replies.ts'

const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const openers = 24
const clickers = 8

/**
 * Plays a few recipients, so that the report has something to show: takes mails out of the sandbox mailbox, loads their
 * pictures, follows some links and unsubscribes one person, all through the links in the mails.
 */
export async function actAsRecipients(client: FanfareClient, output: Output): Promise<void> {
  const { rows } = await taken(client.GET('/v1/sandbox/messages', { params: { query: { limit: openers } } }))
  // A click within seconds of the delivery counts as a scanner's, so the people here take their time.
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  for (const [index, { id }] of rows.entries()) {
    const { html } = await taken(
      client.GET('/v1/sandbox/messages/{messageId}', { params: { path: { messageId: id } } }),
    )
    await visit(linkIn(html, 'o'))
    if (index < clickers) await visit(linkIn(html, 'c'))
    if (index === 0) await visit(linkIn(html, 'u'), 'List-Unsubscribe=One-Click')
  }
  output.step(`Played ${rows.length} recipients: ${Math.min(clickers, rows.length)} clicked, 1 unsubscribed`)
}

/** The first link of a kind: o open, c click, u unsubscribe. */
function linkIn(html: string, kind: string): string | undefined {
  return new RegExp(`https?://[^"'\\s<>]+/${kind}/[\\w.-]+`).exec(html)?.[0]
}

async function visit(url: string | undefined, form?: string): Promise<void> {
  if (url === undefined) return
  const reply = await fetch(url, {
    redirect: 'manual',
    headers: { 'user-agent': browser, ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
    ...(form ? { method: 'POST', body: form } : {}),
  })
  await reply.arrayBuffer()
}

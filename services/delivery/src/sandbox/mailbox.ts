import { recordAudit } from '@fanfare/identity/contract'
import { decodeCursor, encodeCursor, type PageQuery } from '@fanfare/kernel'
import { z } from 'zod'
import type { SandboxMessage, SandboxMessageSummary } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { deleteMessages, findMessage, pageMessages, type SandboxSummaryRow } from '../store/sandbox.ts'
import { readMessage } from './message.ts'

export async function listMessages(
  { db }: Pick<Deps, 'db'>,
  tenantId: string,
  query: PageQuery & { search?: string | undefined },
) {
  const [before] = decodeCursor(query.cursor, z.tuple([z.uuid()])) ?? []
  const rows = await db.withTenant(tenantId, (trx) =>
    pageMessages(trx, tenantId, { search: query.search, before, limit: query.limit + 1 }),
  )
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    rows: page.map(presentSummary),
    nextCursor: rows.length > page.length && last ? encodeCursor([last.id]) : null,
  }
}

/** Problem: `delivery.message_missing`. */
export async function getMessage(
  deps: Pick<Deps, 'db'>,
  tenantId: string,
  id: string,
): Promise<z.output<typeof SandboxMessage>> {
  const row = await getRow(deps, tenantId, id)
  return { ...presentSummary(row), ...(await readMessage(row.source)) }
}

/** Problem: `delivery.message_missing`. */
export async function getSource(deps: Pick<Deps, 'db'>, tenantId: string, id: string): Promise<Buffer> {
  return Buffer.from((await getRow(deps, tenantId, id)).source)
}

export async function clearMessages(
  { db, events, live }: Pick<Deps, 'db' | 'events' | 'live'>,
  tenantId: string,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    await deleteMessages(trx, tenantId)
    await recordAudit(events, { tenantId, action: 'sandbox.cleared' })
  })
  live.publish(tenantId, 'sandbox', { type: 'received' })
}

async function getRow({ db }: Pick<Deps, 'db'>, tenantId: string, id: string) {
  const row = await db.withTenant(tenantId, (trx) => findMessage(trx, tenantId, id))
  if (row === undefined) throw problem('message_missing', { detail: { id } })
  return row
}

function presentSummary(row: SandboxSummaryRow): z.output<typeof SandboxMessageSummary> {
  return {
    id: row.id,
    from: row.sender,
    to: row.recipients,
    subject: row.subject,
    bytes: row.bytes,
    receivedAt: row.received_at.toISOString(),
  }
}

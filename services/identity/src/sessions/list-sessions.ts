import type { SessionSummary } from '../contract.ts'
import type { Deps } from '../deps.ts'
import type { Row } from '../store/schema.ts'
import { listLiveSessions } from '../store/sessions.ts'
import { idleLimit } from './limits.ts'

/** Where a person is signed in, the last seen first. */
export async function listSessions(
  deps: Pick<Deps, 'db' | 'clock' | 'config'>,
  { accountId, current }: { accountId: string; current: string },
): Promise<SessionSummary[]> {
  const life = { now: deps.clock.now(), idleSince: idleLimit(deps) }
  const rows = await deps.db.transaction((trx) => listLiveSessions(trx, accountId, life))
  return rows.map((row) => toSummary(row, current))
}

function toSummary(row: Row<'identity.session'>, current: string): SessionSummary {
  return {
    id: row.id,
    current: row.id === current,
    kind: row.token_hash === null ? 'program' : 'browser',
    address: row.address,
    userAgent: row.user_agent,
    methods: row.methods,
    partial: row.partial,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}

import type { z } from 'zod'
import type { NewEvents } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { insertExternalEvents } from './store/external-events.ts'

type Given = z.output<typeof NewEvents>['events']
const dayMs = 24 * 60 * 60 * 1_000

/** Keeps things that happened outside; returns how many were new. All of them are kept, or none. */
export async function recordEvents(
  { db, clock, ids, audience }: Pick<Deps, 'db' | 'clock' | 'ids' | 'audience'>,
  tenantId: string,
  given: Given,
): Promise<{ accepted: number }> {
  const now = clock.now()
  refuseWrongTimes(given, now)
  await refuseUnknownContacts({ audience }, tenantId, given)
  const events = given.map(({ id, type, contactId, at, properties }) => ({
    id: id ?? ids.next(),
    type,
    contactId: contactId ?? null,
    // In UTC: PostgreSQL takes no offset beyond 15:59.
    at: (at === undefined ? now : new Date(at)).toISOString(),
    properties,
  }))
  return { accepted: await db.withTenant(tenantId, (trx) => insertExternalEvents(trx, tenantId, { events, now })) }
}

function refuseWrongTimes(given: Given, now: Date): void {
  given.forEach(({ at }, index) => {
    if (at === undefined) return
    const time = Date.parse(at)
    if (time >= 0 && time <= now.getTime() + dayMs) return
    const path = `/body/events/${index}/at`
    throw problem('time_wrong', { detail: { at }, violations: [{ path, message: 'is not between 1970 and tomorrow' }] })
  })
}

async function refuseUnknownContacts({ audience }: Pick<Deps, 'audience'>, tenantId: string, given: Given) {
  const contactIds = [...new Set(given.flatMap(({ contactId }) => contactId ?? []))]
  if (contactIds.length === 0) return
  const known = new Set((await audience.mergeValues({ tenantId, contactIds })).map(({ contactId }) => contactId))
  const violations = given.flatMap(({ contactId }, index) =>
    contactId === undefined || known.has(contactId)
      ? []
      : [{ path: `/body/events/${index}/contactId`, message: 'is no contact of this workspace' }],
  )
  const unknown = contactIds.find((contactId) => !known.has(contactId))
  if (unknown !== undefined) throw problem('contact_unknown', { detail: { contactId: unknown }, violations })
}

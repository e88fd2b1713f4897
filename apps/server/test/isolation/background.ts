import { Db, Events, Jobs } from '@fanfare/kernel'
import { jsonSchemaOf } from './json-schema.ts'
import { placesOfIds } from './places.ts'
import { sampleOf } from './samples.ts'
import { changedTables, checksum, type Trial } from './trial.ts'

/**
 * Work without a caller: every job and every event of the strangers' workspace, told of the owner's things in each place that
 * takes an id. Nothing of the owner's may change.
 */
export async function tryBackground(trial: Trial): Promise<void> {
  const { house, home, owner, ids } = trial
  const { app } = house
  const before = await checksum(house, owner.tenantId)
  const jobs = app.get(Jobs)
  for (const job of jobs.definitions()) {
    const schema = jsonSchemaOf(job.input)
    const places = placesOfIds(schema)
    trial.tally.cells += places.length
    noteUnknown(trial, `job ${job.name}`, places)
    if (places.length > 0) await jobs.enqueue(job, sampleOf(schema, ids) as object, { tenantId: home.tenantId })
  }
  const events = app.get(Events)
  // One event reaches all who subscribe to it.
  const heard = new Map(events.subscriptions().map(({ event }) => [event.type, event]))
  for (const event of heard.values()) {
    const schema = jsonSchemaOf(event.data)
    const places = placesOfIds(schema)
    trial.tally.cells += places.length
    noteUnknown(trial, `event ${event.type}`, places)
    const data = sampleOf(schema, ids)
    const misfit = event.data.safeParse(data).error
    if (misfit) trial.findings.push(`event ${event.type}: has no case: ${misfit.issues[0]?.message} in a sample of it`)
    else await app.get(Db).withTenant(home.tenantId, () => events.publish(event, data as object))
  }
  await jobs.drain()
  await events.drain()
  for (const table of changedTables(before, await checksum(house, owner.tenantId))) {
    trial.findings.push(`a job or an event of a stranger's changed the owner's rows in ${table}`)
  }
}

/** Things that a payload may name and no workspace owns. */
const madeByNobody = new Set(['hitId', 'id', 'requestId'])

function noteUnknown({ ids, findings }: Trial, what: string, places: readonly { id: string; shown: string }[]): void {
  for (const { id, shown } of places) {
    if (ids[id] === undefined && !madeByNobody.has(id)) {
      findings.push(`${what}: has no case: add a thing with the id ${id} to belongings.ts, for ${shown}`)
    }
  }
}

import type { Route } from '@fanfare/kernel'
import { refusalOf } from './expectation.ts'
import { sampleOf } from './samples.ts'
import { attemptOn, find, nobodysIds, type Trial, tryCell } from './trial.ts'

/**
 * An Idempotency-Key of one workspace is nothing to another, nor to another credential: the same request with the same key is
 * run for each. The one who sent it first gets the first reply again, which shows that the key was kept.
 */
export async function tryRepeat(trial: Trial, route: Route): Promise<void> {
  if (!route.creates || route.upload) return
  const ids = nobodysIds(trial.own)
  const key = { 'idempotency-key': `repeat-of-${route.name}` }
  const keyed = { ...attemptOn(route, ids, trial.own), headers: key }
  const [here, alsoHere] = allowed(route, trial.playground)
  const [elsewhere] = allowed(route, trial.strangers)
  if (!here || !elsewhere) return find(trial, route, 'has no case: too few may call it')

  let first = await tryCell(trial, route, here.call(), keyed)
  // A request that cannot be read is not one that is kept.
  if (first.body?.code === 'http.invalid' && route.body) {
    Object.assign(keyed, { body: sampleOf(route.body, trial.own, { sparse: true }) })
    first = await tryCell(trial, route, here.call(), keyed)
  }
  for (const other of alsoHere ? [alsoHere, elsewhere] : [elsewhere]) {
    const reply = await tryCell(trial, route, other.call(), keyed)
    if (reply.replayed) find(trial, route, `${other.name} gets a reply that was kept for ${here.name}`)
  }
  const again = await tryCell(trial, route, here.call(), keyed)
  if (!again.replayed && first.status < 500 && !first.body?.retryable) {
    find(trial, route, `keeps no reply for an Idempotency-Key: ${first.status}, then ${again.status}`)
  }
}

function allowed(route: Route, cast: Trial['strangers']) {
  return cast.filter((principal) => refusalOf(route.access, principal) === undefined)
}

import { Engaged, Rejudged, Settled } from '@fanfare/delivery/contract'
import type { Events } from '@fanfare/kernel'
import type { Deps } from './deps.ts'
import { recordEngaged, recordRejudged, recordSettled } from './intake.ts'

export function subscribe(deps: Pick<Deps, 'db' | 'audience' | 'changes'> & { events: Events }): void {
  deps.events.on(Settled, 'analytics.count-settled', (event) => recordSettled(deps, event))
  deps.events.on(Engaged, 'analytics.count-engaged', ({ tenantId, data }) => recordEngaged(deps, tenantId, data))
  deps.events.on(Rejudged, 'analytics.count-rejudged', ({ tenantId, data }) => recordRejudged(deps, tenantId, data))
}

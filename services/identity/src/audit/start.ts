import { join } from 'node:path'
import type { ServiceContext } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import { type Checkpoints, createCheckpoints } from './checkpoints.ts'
import { subscribeToAudit } from './events.ts'
import { createTrail, type Trail } from './trail.ts'

const appendIntervalMs = 2_000
const signIntervalMs = 60_000

/** The trail with all that keeps it going: arrivals, a look at what was left waiting, and signatures. */
export function startAudit(
  deps: Pick<Deps, 'db' | 'clock' | 'events' | 'keys' | 'config'>,
  context: Pick<ServiceContext, 'log' | 'onReady' | 'onDrain' | 'defer'>,
): { trail: Trail; checkpoints: Checkpoints } {
  const { dataDir } = deps.config
  const folder = dataDir.startsWith('memory:') ? undefined : join(dataDir, 'audit')
  const checkpoints = createCheckpoints(deps.keys, folder)
  const trail = createTrail({ ...deps, checkpoints, log: context.log })
  subscribeToAudit(deps, trail)
  const report = (error: unknown) =>
    context.log.error({ err: error }, 'the audit trails could not be brought up to date')
  context.onReady(() => {
    const appending = setInterval(() => void trail.appendAll().catch(report), appendIntervalMs)
    const signing = setInterval(() => void trail.signEnds().catch(report), signIntervalMs)
    context.defer(() => {
      clearInterval(appending)
      clearInterval(signing)
    })
  })
  context.onDrain(async () => {
    await trail.settle()
    await trail.signEnds()
  })
  return { trail, checkpoints }
}

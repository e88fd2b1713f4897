import { randomUUID } from 'node:crypto'
import { Ai, Brand, type CrewRun } from '@fanfare/ai/contract'
import { defineService, implement, Problem } from '@fanfare/kernel'

/** A crew that has done its work the moment it is asked. */
export function createFakeAi() {
  const runs = new Map<string, CrewRun>()
  const service = defineService({
    provides: Ai,
    start: () =>
      implement(Ai, {
        startRun: async ({ tenantId, brief }) => {
          const run: CrewRun = {
            id: randomUUID(),
            state: 'done',
            brief,
            steps: [],
            strategy: null,
            variants: [],
            verdicts: [],
            costUsd: 0,
            offline: true,
            failure: null,
            createdAt: new Date().toISOString(),
            finishedAt: new Date().toISOString(),
          }
          runs.set(`${tenantId} ${run.id}`, run)
          return run
        },
        getRun: async ({ tenantId, runId }) => {
          const run = runs.get(`${tenantId} ${runId}`)
          if (!run) throw new Problem('ai.run_missing', { kind: 'missing', message: 'No crew run has that id' })
          return run
        },
        getUsage: async () => ({ usd: 0 }),
        getBrand: async () => Brand.parse({}),
      }),
  })
  return { service }
}

import { defineJob } from '@fanfare/kernel'
import { z } from 'zod'

/** Works on one crew run until it has ended; begun again, it goes on at the first step that is not done. */
export const RunCrew = defineJob('ai.run-crew', z.object({ runId: z.uuid() }), {
  retryLimit: 3,
  retryDelaySeconds: 1,
  expireInSeconds: 60 * 60,
})

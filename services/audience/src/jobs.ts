import { defineJob } from '@fanfare/kernel'
import { z } from 'zod'

/** Reads an uploaded file to its end, from wherever the last run stopped. */
export const RunImport = defineJob('audience.run-import', z.object({ importId: z.uuid() }), {
  // A drain of the process counts as a try, and an import may live through many.
  retryLimit: 50,
  heartbeatSeconds: 15,
})

import { z } from 'zod'

export const jobsConfig = z.object({
  /** How often a worker looks for jobs that no wake-up told of: retries and later starts. At least half a second. */
  pollIntervalSeconds: z.coerce.number().min(0.5).default(2),
  /** How often to look for jobs whose process has died. */
  rescueIntervalSeconds: z.coerce.number().min(0.1).default(3),
  /** How often the schedules are looked at; 1 to 45. */
  cronIntervalSeconds: z.coerce.number().int().min(1).max(45).default(15),
})
export type JobsConfig = z.output<typeof jobsConfig>

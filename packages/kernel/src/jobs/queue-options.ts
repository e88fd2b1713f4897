import type { JobDefinition } from '../jobs.ts'

const longestRetryDelaySeconds = 15 * 60
const finishedJobSeconds = 7 * 24 * 60 * 60

/**
 * How pg-boss keeps a job's queue. `exclusive` lets one job of a singleton key wait or run at a time; a job without a key
 * gets one that is nobody else's.
 */
export function queueOptionsOf(job: JobDefinition) {
  return { policy: 'exclusive', notify: true, deleteAfterSeconds: finishedJobSeconds, ...retryOptionsOf(job) }
}

/** Sent with every job, so that a definition that changed holds for jobs of a queue that is older. */
export function retryOptionsOf(job: JobDefinition) {
  return {
    retryLimit: job.retryLimit,
    retryDelay: job.retryDelaySeconds,
    ...(job.retryDelaySeconds > 0 ? { retryBackoff: true, retryDelayMax: longestRetryDelaySeconds } : {}),
    heartbeatSeconds: job.heartbeatSeconds,
    expireInSeconds: job.expireInSeconds,
  }
}

import { defineProblems } from '../problems.ts'

export const jobsProblem = defineProblems('jobs', {
  invalid_input: {
    kind: 'failed',
    message: "The input of the job '{job}' does not fit its schema: {reason}. Correct what is enqueued, or the schema",
  },
  worked_twice: {
    kind: 'failed',
    message: "The job '{job}' has a worker already. One service works a job; give the second one a job of its own",
  },
  late_registration: {
    kind: 'failed',
    message: "The job '{job}' was registered after the start. Call work and schedule in the service's start",
  },
})

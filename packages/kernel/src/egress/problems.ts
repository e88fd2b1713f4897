import { defineProblems } from '../problems.ts'

export const egressProblem = defineProblems('egress', {
  blocked: { kind: 'invalid', message: 'Not called: {url} {reason}' },
  timeout: { kind: 'unavailable', message: '{url} did not answer within {timeoutMs} ms' },
  too_large: { kind: 'unavailable', message: '{url} answered with more than {maxBytes} bytes', retryable: false },
  failed: { kind: 'unavailable', message: '{url} could not be reached: {reason}' },
})

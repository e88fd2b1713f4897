import { defineProblems } from '../problems.ts'

export const resilienceProblem = defineProblems('resilience', {
  timed_out: { kind: 'unavailable', message: 'Gave up after {afterMs} ms' },
  circuit_open: { kind: 'unavailable', message: 'Not tried: the last {failures} tries in a row failed' },
  full: { kind: 'unavailable', message: 'Not tried: {running} are running and {waiting} wait already' },
  too_many: { kind: 'limited', message: 'Not tried: more than {points} in {seconds} s' },
})

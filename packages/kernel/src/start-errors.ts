import { defineProblems } from './problems.ts'

export const startProblem = defineProblems('start', {
  graph: { kind: 'invalid', message: 'The services do not fit together:\n{reasons}' },
  unknown_service: { kind: 'invalid', message: 'There is no service {names}. There are: {known}' },
  service_failed: { kind: 'failed', message: "The service '{service}' did not start: {reason}" },
  not_running: { kind: 'missing', message: "The service '{service}' is not part of this process" },
})

import { defineProblems } from '@fanfare/kernel'

export const problem = defineProblems('ai', {
  run_missing: { kind: 'missing', message: 'No crew run has the id {runId}' },
  model_refused: {
    kind: 'unprocessable',
    message: '{model} refused the call: {reason}. Check its key, its name and its address',
  },
  model_unavailable: { kind: 'unavailable', message: '{model} cannot be reached or is busy: {reason}' },
  answer_unusable: {
    kind: 'unprocessable',
    message: '{model} did not give an answer of the asked shape, also after being told why: {reason}',
  },
  no_model_left: {
    kind: 'unprocessable',
    message: 'No configured model could do the step {step}: {reasons}',
  },
  models_busy: {
    kind: 'unavailable',
    message: 'No configured model could do the step {step} right now: {reasons}',
  },
})

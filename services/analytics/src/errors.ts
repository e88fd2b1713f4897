import { defineProblems } from '@fanfare/kernel'

export const problem = defineProblems('analytics', {
  contact_missing: { kind: 'missing', message: 'No contact has the id {contactId}' },
  contact_unknown: {
    kind: 'unprocessable',
    message: 'No contact has the id {contactId}. Leave contactId out for an event of nobody in particular',
  },
  time_wrong: {
    kind: 'unprocessable',
    message: 'The time {at} cannot be that of an event: use one between 1970 and a day from now',
  },
})

import { defineProblems } from '@fanfare/kernel'

export const problem = defineProblems('content', {
  email_missing: { kind: 'missing', message: 'No email has the id {emailId}' },
  email_invalid: {
    kind: 'unprocessable',
    message: 'The email "{name}" cannot be sent yet: {count} of its findings are errors. Correct them and try again',
  },
  revision_stale: {
    kind: 'conflict',
    message:
      'The email was changed by someone else: you changed revision {revision}, it is now at {current}. Load it again',
  },
  contact_missing: { kind: 'missing', message: 'No contact has the id {contactId}' },
  too_many_partials: { kind: 'conflict', message: 'A workspace has at most {limit} partials. Delete one first' },
  partial_missing: { kind: 'missing', message: 'No partial has the name {name}' },
  template_invalid: { kind: 'unprocessable', message: 'The template cannot be read, line {line}: {reason}' },
  template_too_large: {
    kind: 'unprocessable',
    message: 'The template makes too much: {reason}. Shorten it or its lists',
  },
})

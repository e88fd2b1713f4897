import { defineProblems } from '../problems.ts'

export const keysProblem = defineProblems('keys', {
  unreadable: {
    kind: 'unprocessable',
    message:
      'A sealed value could not be opened: it was changed, belongs to another place, or was sealed under a secret that is gone. If FANFARE_SECRET was replaced, give the old one in FANFARE_SECRET_PREVIOUS',
  },
  secret_file: {
    kind: 'invalid',
    message:
      'The key file {file} does not hold a secret of 64 hexadecimal digits. Restore it from a backup, or set FANFARE_SECRET',
  },
})

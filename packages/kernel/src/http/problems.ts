import { defineProblems } from '../problems.ts'

export const httpProblem = defineProblems('http', {
  invalid: { kind: 'invalid', message: 'The request does not fit at {where}: {reason}' },
  content_type: {
    kind: 'unsupported',
    message: "The body's content type is '{given}'; this route takes {taken}",
  },
  unauthenticated: {
    kind: 'unauthenticated',
    message: 'Sign in, or send an API key as a bearer token with the workspace it belongs to',
  },
  forbidden: { kind: 'forbidden', message: 'This needs the permission {permission}, which your role does not have' },
  person_needed: { kind: 'forbidden', message: 'This needs a signed-in person; an API key cannot do it' },
  factor_needed: {
    kind: 'unauthenticated',
    message: 'This session still owes its second factor. Give it first, or sign out',
  },
  proof_needed: {
    kind: 'forbidden',
    message: 'Prove that it is you: this needs a proof of identity of the last {minutes} minutes',
  },
  workspace_needed: {
    kind: 'forbidden',
    message: 'Name a workspace in the fanfare-workspace header; this needs the permission {permission} in it',
  },
  workspace_halted: { kind: 'forbidden', message: '{why}. It can be read, not changed' },
  foreign_origin: {
    kind: 'forbidden',
    message: "A request with a cookie must come from this site's own pages; its Origin is '{origin}'",
  },
  no_route: { kind: 'missing', message: 'Nothing is at {path}' },
  host_unknown: {
    kind: 'missing',
    message:
      "This site does not answer to the name '{host}'. Use its own address, prove the domain in the settings of a workspace, or let the operator name it in FANFARE_HTTP_HOSTS",
  },
  no_method: { kind: 'method_not_allowed', message: '{path} does not take {method}; it takes {allowed}' },
  too_large: { kind: 'too_large', message: 'The body is larger than {maxBytes} bytes' },
  too_many: { kind: 'limited', message: 'Too many calls; the limit is {limit} a minute' },
  idempotency_mismatch: {
    kind: 'conflict',
    message: 'The Idempotency-Key was used for another request; send a new key with a new request',
  },
  idempotency_running: {
    kind: 'conflict',
    message: 'A request with this Idempotency-Key is still running; repeat it in a moment',
    retryable: true,
  },
  reply_mismatch: { kind: 'failed', message: 'The reply of {route} does not fit its schema at {where}: {reason}' },
  busy: { kind: 'unavailable', message: 'The database cannot take the request right now; repeat it in a moment' },
  failed: { kind: 'failed', message: 'Something went wrong on our side; the request id finds it in the log' },
  no_access: {
    kind: 'invalid',
    message: "The route {route} names no access; give it anyone('why'), signedIn() or can(…)",
  },
  route_twice: { kind: 'invalid', message: "The route {route} of '{service}' is already taken by '{owner}'" },
  name_twice: {
    kind: 'invalid',
    message: "The route {route} is named {name}, as is {other}; a name is an operation's id",
  },
  authenticator_twice: {
    kind: 'invalid',
    message: 'authenticateWith was called twice; one service identifies callers',
  },
  port_taken: {
    kind: 'unavailable',
    message: 'Port {port} on {host} is taken. Stop the program that holds it or set FANFARE_PORT to another port',
    retryable: false,
  },
})

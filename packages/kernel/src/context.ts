import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Who began the work: a person by their account, a program by its API key, or nobody known yet. Work that no request began
 * (a job, an event, a command) has none.
 */
export interface Actor {
  readonly kind: 'person' | 'api_key' | 'anonymous'
  readonly id: string | undefined
}

/** What is known about the work in hand: set at an edge (request, event, job), read by logs, metrics and contracts. */
export interface WorkContextFields {
  requestId: string
  tenantId?: string | undefined
  /** W3C trace id, 32 hexadecimal digits. */
  traceId?: string | undefined
  /** What started the work, for example `POST /v1/contacts` or `job audience.run-import`. */
  operation: string
  actor?: Actor | undefined
  /** Where the request came from, in the one form that an address has. */
  address?: string | undefined
  userAgent?: string | undefined
}

export interface WorkContext extends WorkContextFields {
  logFields(): Record<string, string>
}

const storage = new AsyncLocalStorage<WorkContext>()

/** The context of the running work, or undefined outside any. */
export function currentContext(): WorkContext | undefined {
  return storage.getStore()
}

/** Runs `work` under a context; what it calls, however deep, sees it. */
export function withContext<T>(fields: WorkContextFields, work: () => T): T {
  return storage.run({ ...fields, logFields: () => logFieldsOf(fields) }, work)
}

function logFieldsOf({ requestId, tenantId, traceId, operation }: WorkContextFields): Record<string, string> {
  return {
    requestId,
    operation,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(traceId === undefined ? {} : { traceId }),
  }
}

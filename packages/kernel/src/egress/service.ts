import { isIP } from 'node:net'
import { type Dispatcher, fetch as undiciFetch } from 'undici'
import { Egress, type EgressRequest } from '../egress.ts'
import type { Logger } from '../log.ts'
import { isProblem } from '../problems.ts'
import { defineService } from '../service.ts'
import { within } from '../within.ts'
import { limitBody } from './bodies.ts'
import { EgressConfig } from './config.ts'
import { checkAddresses, createDispatcher, type Resolve, systemResolve } from './dispatcher.ts'
import { failureOf } from './failures.ts'
import { type Hop, nextHop, redirectTarget } from './redirects.ts'
import { checkTarget, shownUrl, type Trust } from './targets.ts'

const defaultTimeoutMs = 15_000
const defaultMaxBytes = 5 * 1_048_576
/** Set by the connection itself; a caller's own would contradict it or smuggle a second request. */
const connectionHeaders =
  /^(host|connection|content-length|transfer-encoding|upgrade|expect|keep-alive|te|trailer|proxy-.*)$/i

interface Deps {
  readonly config: EgressConfig
  readonly log: Logger
  readonly resolve: Resolve
  readonly dispatchers: Readonly<Record<Trust, Dispatcher>>
}

/**
 * The one way out by HTTP.
 * @param options.resolve how names become addresses; for tests
 */
export function egress(options: { resolve?: Resolve } = {}) {
  return defineService({
    provides: Egress,
    config: EgressConfig,
    start(_needs, { config, log, defer }) {
      const resolve = options.resolve ?? systemResolve
      const shared = { connectTimeoutMs: config.connectTimeoutMs, resolve }
      const dispatchers = {
        public: createDispatcher({ ...shared, trust: 'public' }),
        operator: createDispatcher({ ...shared, trust: 'operator' }),
      }
      defer(async () => {
        await Promise.all([dispatchers.public.destroy(), dispatchers.operator.destroy()])
      })
      return createEgress({ config, log, resolve, dispatchers })
    },
  })
}

function createEgress(deps: Deps): Egress {
  const call: Egress['fetch'] = (url, request = {}) =>
    send(deps, url, request).catch((error) => {
      if (isProblem(error, 'egress.blocked')) deps.log.warn({ reason: error.message }, 'an outbound call was refused')
      throw error
    })
  return {
    fetch: call,
    check: (url, trust = 'public') => check(deps, url, trust),
    asFetch:
      (defaults = {}) =>
      async (input, init) => {
        const request = new Request(input, init)
        return call(request.url, { ...defaults, ...(await requestOf(request, defaults)) })
      },
  }
}

async function check({ config, resolve }: Deps, url: string, trust: Trust): Promise<void> {
  const { hostname } = checkTarget(url, trust, config.extraPorts)
  if (trust === 'operator' || isIP(hostname) !== 0 || hostname.startsWith('[')) return
  const addresses = await within(config.connectTimeoutMs, `resolving ${hostname}`, () => resolve(hostname)).catch(
    () => [],
  )
  checkAddresses(hostname, addresses)
}

/** A standard request in our terms. Its body is read whole: it may have to be sent again after a redirect. */
async function requestOf(request: Request, defaults: EgressRequest): Promise<EgressRequest> {
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
  return {
    method: request.method as NonNullable<EgressRequest['method']>,
    headers: { ...defaults.headers, ...Object.fromEntries(request.headers) },
    signal: defaults.signal ? AbortSignal.any([defaults.signal, request.signal]) : request.signal,
    ...(body === undefined ? {} : { body }),
  }
}

/** Follows redirects as far as asked; every hop is checked like the first. */
async function send(deps: Deps, url: string, request: EgressRequest): Promise<Response> {
  const { maxRedirects = 0, timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes } = request
  const signal = signalOf(request.signal, timeoutMs)
  let trust: Trust = request.trust ?? 'public'
  let target = checkTarget(url, trust, deps.config.extraPorts)
  let hop = firstHop(request)
  for (let left = maxRedirects; ; left--) {
    const shown = shownUrl(target)
    const failure = (error: unknown) => failureOf(error, shown, timeoutMs, request.signal)
    const reply = await sendOnce(deps.dispatchers[trust], target, hop, signal).catch((error: unknown) => {
      throw failure(error)
    })
    const to = left > 0 ? redirectTarget(reply.status, reply.headers.get('location'), target) : undefined
    if (to === undefined) return limitBody(reply, target, { shown, maxBytes, failure })
    await reply.body?.cancel()
    // The operator vouches for the address they configured, not for wherever it points.
    if (to.origin !== target.origin) trust = 'public'
    hop = nextHop(hop, reply.status, target, to)
    target = checkTarget(to, trust, deps.config.extraPorts)
  }
}

function signalOf(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs)
  return signal ? AbortSignal.any([signal, timeout]) : timeout
}

function firstHop({ method = 'GET', headers = {}, body }: EgressRequest): Hop {
  const kept = Object.entries(headers).filter(([name]) => !connectionHeaders.test(name))
  return { method, headers: { 'user-agent': 'Fanfare', ...Object.fromEntries(kept) }, body }
}

function sendOnce(dispatcher: Dispatcher, target: URL, { method, headers, body }: Hop, signal: AbortSignal) {
  return undiciFetch(target, {
    method,
    headers,
    signal,
    dispatcher,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
  })
}

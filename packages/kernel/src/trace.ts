import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api'

const tracer = trace.getTracer('fanfare')

/**
 * Runs `work` as an OpenTelemetry span, child of the current one or of `parent`. Costs next to nothing when no SDK is
 * loaded.
 *
 * @param parent a W3C traceparent that came with an event or a job
 */
export function traced<T>(name: string, work: () => Promise<T>, parent?: string | null): Promise<T> {
  const origin = parent ? propagation.extract(context.active(), { traceparent: parent }) : context.active()
  return tracer.startActiveSpan(name, {}, origin, async (span) => {
    try {
      return await work()
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error))
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}

/** The W3C traceparent of the current span, to travel with an event or a job; undefined outside any. */
export function currentTraceparent(): string | undefined {
  const carrier: { traceparent?: string } = {}
  propagation.inject(context.active(), carrier)
  return carrier.traceparent
}

/** The current W3C trace id, or the one of a traceparent; undefined outside any span. */
export function traceIdOf(traceparent?: string | null): string | undefined {
  return traceparent?.split('-')[1] ?? trace.getActiveSpan()?.spanContext().traceId
}

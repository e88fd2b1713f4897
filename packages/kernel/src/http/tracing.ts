import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { FastifyRequest } from 'fastify'
import type { AnyReply } from '../route.ts'

const tracer = trace.getTracer('@fanfare/kernel')

/** Runs one request in a span that continues the caller's trace. Without an OpenTelemetry SDK only the trace id remains. */
export function traced(
  request: FastifyRequest,
  operation: string,
  work: (traceId: string | undefined) => Promise<AnyReply>,
): Promise<AnyReply> {
  const parent = propagation.extract(context.active(), request.headers)
  return tracer.startActiveSpan(operation, { kind: SpanKind.SERVER }, parent, async (span) => {
    try {
      const reply = await work(traceIdOf(span.spanContext().traceId, request))
      span.setAttribute('http.response.status_code', reply.status)
      if (reply.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      return reply
    } finally {
      span.end()
    }
  })
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

function traceIdOf(spanTraceId: string, request: FastifyRequest): string | undefined {
  if (/[^0]/.test(spanTraceId)) return spanTraceId
  return traceparent.exec(String(request.headers.traceparent ?? ''))?.[1]
}

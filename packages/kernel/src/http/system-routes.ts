import { z } from 'zod'
import { anyone, can, type Route, route } from '../route.ts'
import { healthStates } from '../service.ts'
import type { Door } from './door.ts'

const Health = z.object({
  state: z.enum(healthStates),
  reason: z.string().optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
})
const HealthReport = Health.extend({ services: z.record(z.string(), Health.extend({ checkedInMs: z.number() })) })

const ServiceStatus = z.object({
  name: z.string(),
  group: z.string(),
  version: z.string(),
  needs: z.array(z.string()),
  level: z.int(),
  state: z.enum(['starting', 'running', 'degraded', 'stopped']),
  startedInMs: z.number().nullable(),
  critical: z.boolean(),
})
const OperationSummary = z.object({
  kind: z.string(),
  operation: z.string(),
  count: z.int(),
  errors: z.int(),
  meanMs: z.number(),
  p95Ms: z.number(),
})
const SystemReport = z.object({
  services: z.array(ServiceStatus),
  health: HealthReport,
  operations: z.array(OperationSummary),
})

const probe = anyone('orchestrators and monitors have no account, and nothing of a workspace is shown')
const text = z.string().meta({ contentType: 'text/plain' })
const often = { callsPerMinute: 6_000 }

/** What the platform says about itself. */
export function systemRoutes(door: Door): Route[] {
  const { registry, metrics } = door.context
  return [
    route({
      method: 'GET',
      path: '/livez',
      name: 'getLivez',
      summary: 'Says that the process runs',
      access: probe,
      ...often,
      replies: { 200: z.object({ state: z.literal('up') }) },
      handler: async () => ({ status: 200, body: { state: 'up' } }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      name: 'getReadyz',
      summary: 'Says whether requests should be sent here',
      access: probe,
      ...often,
      replies: { 200: Health, 503: Health },
      handler: async () => {
        const { state, reason } = await registry.health()
        const body = { state, ...(reason === undefined ? {} : { reason }) }
        return state === 'down' ? { status: 503, body } : { status: 200, body }
      },
    }),
    route({
      method: 'GET',
      path: '/health',
      name: 'getHealth',
      summary: 'Says how every service is',
      access: probe,
      ...often,
      replies: { 200: HealthReport, 503: HealthReport },
      handler: async () => {
        const report = await registry.health()
        const body = { ...report, services: { ...report.services } }
        return report.state === 'down' ? { status: 503, body } : { status: 200, body }
      },
    }),
    route({
      method: 'GET',
      path: '/metrics',
      name: 'getMetrics',
      summary: 'Counters and histograms in the Prometheus format',
      access: probe,
      ...often,
      replies: { 200: text },
      handler: async () => ({
        status: 200,
        body: await metrics.text(),
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
    }),
    route({
      method: 'GET',
      path: '/openapi.json',
      name: 'getOpenApiDocument',
      summary: 'This document',
      access: anyone('the reference of a public API'),
      replies: { 200: z.record(z.string(), z.unknown()) },
      handler: async () => ({ status: 200, body: { ...door.app.swagger() } }),
    }),
    route({
      method: 'GET',
      path: '/v1/system/services',
      name: 'getSystemReport',
      summary: 'What runs in this process, how it is and how fast',
      access: can('system.read'),
      replies: { 200: SystemReport },
      handler: async () => ({ status: 200, body: await reportOf(door) }),
    }),
  ]
}

async function reportOf(door: Door): Promise<z.input<typeof SystemReport>> {
  const { registry, metrics } = door.context
  const [health, operations] = await Promise.all([registry.health(), metrics.summary()])
  return {
    services: registry.services().map((service) => ({
      ...service,
      needs: [...service.needs],
      startedInMs: service.startedInMs ?? null,
    })),
    health: { ...health, services: { ...health.services } },
    operations: [...operations],
  }
}

import { z } from 'zod'
import type { EventOf } from '../events.ts'

/**
 * The JSON form of an event outside the house: CloudEvents 1.0 (https://github.com/cloudevents/spec, JSON event format).
 * `tenantid`, `eventversion` and `traceparent` are extension attributes, whose names must be lower-case letters and digits.
 */
export const CloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  tenantid: z.uuid(),
  eventversion: z.int().positive(),
  traceparent: z.string().optional(),
  data: z.json(),
})
export type CloudEvent = z.infer<typeof CloudEvent>

/**
 * Wraps a delivered event in the CloudEvents envelope.
 *
 * @param source a URI reference of who sends it: the installation's public URL
 * @example toCloudEvent(event, 'https://fanfare.example') // { specversion: '1.0', type: 'contact.suppressed', … }
 */
export function toCloudEvent(event: EventOf, source: string, traceparent?: string): CloudEvent {
  return CloudEvent.parse({
    specversion: '1.0',
    id: event.id,
    source,
    type: event.type,
    time: event.time.toISOString(),
    datacontenttype: 'application/json',
    tenantid: event.tenantId,
    eventversion: event.version,
    ...(traceparent === undefined ? {} : { traceparent }),
    data: event.data,
  })
}

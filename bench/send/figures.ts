import { availableParallelism, cpus } from 'node:os'
import type { BareFigures } from '../bare-client/client.ts'
import type { Usage } from '../machine/usage.ts'
import type { SinkCounts } from '../smtp-sink/sink.ts'
import type { Course } from './course.ts'
import type { DatabaseKind } from './database.ts'

/** What the processes had used at one moment; undefined what cannot be asked. */
export interface Reading {
  readonly product: Usage | undefined
  readonly database: Usage | undefined
  readonly sink: SinkCounts | undefined
}

export interface Measured {
  readonly database: DatabaseKind
  readonly recipients: number
  readonly connections: number
  readonly messageBytes: number
  readonly course: Course
  readonly before: Reading
  readonly after: Reading
  readonly bare: BareFigures
}

/** The line that is printed. What cannot be measured here is null. */
export function figuresOf({ recipients, course, before, after, bare, ...measured }: Measured) {
  const { seconds, startSeconds, accounting } = course
  const messagesPerSecond = accounting.sent / seconds
  const cpuOf = (name: keyof Reading) => perMessage(before[name], after[name], recipients)
  return {
    bench: 'send',
    database: measured.database,
    recipients,
    messagesPerSecond: Math.round(messagesPerSecond),
    bareMessagesPerSecond: Math.round(bare.messagesPerSecond),
    ratio: rounded(messagesPerSecond / bare.messagesPerSecond, 3),
    cpuMicrosecondsPerMessage: cpuOf('product'),
    peakRssMb: after.product?.peakRssMb ?? null,
    lost: after.sink ? lostOf(recipients, course, after.sink) : null,
    duplicates: after.sink?.duplicates ?? null,
    seconds: rounded(seconds, 2),
    startSeconds: rounded(startSeconds, 2),
    messageBytes: measured.messageBytes,
    connections: measured.connections,
    bareCpuMicrosecondsPerMessage: rounded(bare.cpuMicrosecondsPerMessage, 1),
    databaseCpuMicrosecondsPerMessage: cpuOf('database'),
    sinkCpuMicrosecondsPerMessage: cpuOf('sink'),
    accounting,
    node: process.versions.node,
    cpus: availableParallelism(),
    cpuModel: cpus()[0]?.model ?? '',
  }
}

/** Those who were to get it and did not, going by the sink; an unknown one counts as lost unless it arrived. */
function lostOf(recipients: number, { accounting }: Course, { recipients: arrived }: SinkCounts): number {
  return Math.max(0, recipients - accounting.failed - accounting.suppressed - arrived)
}

type CpuTime = Pick<Usage, 'cpuMicroseconds'> | undefined

function perMessage(before: CpuTime, after: CpuTime, messages: number): number | null {
  if (before === undefined || after === undefined) return null
  return rounded((after.cpuMicroseconds - before.cpuMicroseconds) / messages, 1)
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

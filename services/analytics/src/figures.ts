import type { Engaged } from '@fanfare/delivery/contract'
import type { z } from 'zod'
import type { Engagement } from './contract.ts'

export type Hit = z.output<typeof Engaged.data>['hits'][number]

/** What a person did for the first time with a campaign: the unit of every figure about people. */
export const marks = ['sent', 'opened', 'clicked', 'unsubscribed', 'machine_opened', 'machine_clicked'] as const
export type Mark = (typeof marks)[number]

/** What was counted each time it happened: the unit of the chart over time. */
export const hitCounts = ['open', 'click', 'unsubscribe', 'machine_open', 'machine_click'] as const
export type HitCount = (typeof hitCounts)[number]

export type FigureKind = Mark | HitCount
export type Figures = Readonly<Partial<Record<FigureKind, number>>>

const machineFrom = 0.5

/** A scanner or a proxy most likely did it. Leaving is taken at its word, whoever pressed the button. */
export function isMachine(hit: Pick<Hit, 'kind' | 'machine'>): boolean {
  return hit.kind !== 'unsubscribe' && hit.machine >= machineFrom
}

export function hitCountOf(hit: Pick<Hit, 'kind' | 'machine'>): HitCount {
  if (hit.kind === 'unsubscribe') return 'unsubscribe'
  return isMachine(hit) ? `machine_${hit.kind}` : hit.kind
}

const markOfCount = {
  open: 'opened',
  click: 'clicked',
  unsubscribe: 'unsubscribed',
  machine_open: 'machine_opened',
  machine_click: 'machine_clicked',
} as const satisfies Record<HitCount, Mark>

export function markOf(hit: Pick<Hit, 'kind' | 'machine'>): Mark {
  return markOfCount[hitCountOf(hit)]
}

export function engagementOf(figures: Figures): Engagement {
  return {
    sent: figures.sent ?? 0,
    opened: figures.opened ?? 0,
    clicked: figures.clicked ?? 0,
    unsubscribed: figures.unsubscribed ?? 0,
    machineOpened: figures.machine_opened ?? 0,
    machineClicked: figures.machine_clicked ?? 0,
  }
}

export function addFigures(all: readonly Figures[]): Figures {
  const sum: Partial<Record<FigureKind, number>> = {}
  for (const figures of all) {
    for (const [kind, count] of Object.entries(figures) as [FigureKind, number][]) sum[kind] = (sum[kind] ?? 0) + count
  }
  return sum
}

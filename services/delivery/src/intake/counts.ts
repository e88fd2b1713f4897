import type { Metrics } from '@fanfare/kernel'
import type { IntakeCounts } from './receive.ts'

export function createIntakeCounts(metrics: Pick<Metrics, 'counter'>): IntakeCounts {
  const counter = metrics.counter(
    'delivery_intake_total',
    'Messages that came to the intake, by what was made of them',
    ['outcome'],
  )
  return { add: (outcome, amount = 1) => counter.add(amount, { outcome }) }
}

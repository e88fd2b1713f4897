import type { Brand, Brief, CrewStep, DraftVariant, Strategy, Verdict } from '../contract.ts'
import type { Usage, Writer } from '../writers/writer.ts'
import { checkCompliance } from './compliance.ts'
import { type Copy, copySetSchema, Review, strategySchema, variantLabels } from './copy.ts'
import { critique, type Remark } from './critique.ts'
import { instructionsFor } from './instructions.ts'
import { layOut } from './layout.ts'

/** What the crew has made so far; each step reads it and adds its part. */
export interface Work {
  readonly brief: Brief
  readonly brand: Brand
  readonly strategy: Strategy | null
  readonly copies: readonly Copy[]
  readonly variants: readonly DraftVariant[]
  readonly verdicts: readonly Verdict[]
}
export type Added = Partial<Pick<Work, 'strategy' | 'copies' | 'variants' | 'verdicts'>>

export interface Performance {
  readonly added: Added
  readonly by: string
  readonly usage: Usage
}

interface Stage {
  readonly writer: Writer
  readonly signal: AbortSignal
  onText(text: string): void
}

/** Does one step of the crew: asks the writer, then lets code have the last word. */
export function performStep(step: CrewStep, work: Work, stage: Stage): Promise<Performance> {
  switch (step) {
    case 'strategist':
      return planStrategy(work, stage)
    case 'copywriter':
      return writeCopies(work, stage)
    case 'critic':
      return review(work, stage, step, (copy) => critique(copy, work.copies))
    case 'compliance':
      return review(work, stage, step, (copy, index) =>
        checkCompliance({ ...work, copy, variant: work.variants[index] as DraftVariant }),
      )
  }
}

async function planStrategy(work: Work, { writer, signal, onText }: Stage): Promise<Performance> {
  const { value, ...done } = await writer.write(
    {
      step: 'strategist',
      instructions: instructionsFor('strategist', work.brief),
      material: { brief: work.brief, brand: work.brand },
      schema: strategySchema(work.brief.variants),
      signal,
    },
    onText,
  )
  return { ...done, added: { strategy: { ...value, variants: value.variants.map(relabel) } } }
}

async function writeCopies(work: Work, { writer, signal, onText }: Stage): Promise<Performance> {
  const { value, ...done } = await writer.write(
    {
      step: 'copywriter',
      instructions: instructionsFor('copywriter', work.brief),
      material: {
        brief: work.brief,
        brand: work.brand,
        ...(work.strategy === null ? {} : { strategy: work.strategy }),
      },
      schema: copySetSchema(work.brief.variants),
      signal,
    },
    onText,
  )
  const copies = value.variants.map(relabel)
  return { ...done, added: { copies, variants: copies.map((copy) => layOut(copy, work.brief)) } }
}

/** A writer's remarks beside the rules'. Only the rules can say error. */
async function review(
  work: Work,
  { writer, signal, onText }: Stage,
  step: 'critic' | 'compliance',
  rules: (copy: Copy, index: number) => Remark[],
): Promise<Performance> {
  const { value, ...done } = await writer.write(
    {
      step,
      instructions: instructionsFor(step, work.brief),
      material: { brief: work.brief, brand: work.brand, copies: work.copies },
      schema: Review,
      signal,
    },
    onText,
  )
  const verdicts = work.copies.map((copy, index): Verdict => {
    const earlier = work.verdicts.find((verdict) => verdict.variant === copy.label)?.remarks ?? []
    const told = value.remarks.filter((remark) => remark.variant === copy.label)
    const remarks = [...earlier, ...rules(copy, index), ...told.map(({ level, text }) => ({ level, text }))]
    return { variant: copy.label, ok: remarks.every((remark) => remark.level !== 'error'), remarks }
  })
  onText(describe(verdicts, work.verdicts))
  return { ...done, added: { verdicts } }
}

/** The remarks this step added, a line each. */
function describe(verdicts: readonly Verdict[], before: readonly Verdict[]): string {
  const lines = verdicts.flatMap(({ variant, remarks }, index) => {
    const added = remarks.slice(before[index]?.remarks.length ?? 0)
    return added.length === 0
      ? [`${variant} · nothing to remark`]
      : added.map(({ level, text }) => `${variant} · ${level}: ${text}`)
  })
  return lines.join('\n')
}

function relabel<T extends { label: string }>(variant: T, index: number): T {
  return { ...variant, label: variantLabels[index] as string }
}

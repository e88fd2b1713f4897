import { z } from 'zod'
import { Strategy } from '../contract.ts'

const Line = (max: number) => z.string().trim().min(1).max(max)

/**
 * The words of one email. A writer gives words only: how they become MJML, links and merge fields is code, so that no
 * writer can put markup or a link into an email.
 */
export const Copy = z.object({
  label: z.string(),
  subject: Line(150).describe('Under 60 characters, no line break'),
  preheader: z.string().trim().max(200).describe('Goes on where the subject ends'),
  headline: z.string().trim().max(150),
  paragraphs: z.array(Line(1200)).min(1).max(6).describe('Plain text, one idea each'),
  points: z.array(Line(500)).max(6).describe('Facts from the brief or the brand, each as it stands there'),
  closing: z.string().trim().max(300),
  rationale: Line(600).describe('Why this may work, for the person who approves it'),
})
export type Copy = z.infer<typeof Copy>

export const variantLabels = ['A', 'B', 'C', 'D', 'E'] as const

export function strategySchema(variants: number) {
  return Strategy.extend({
    variants: z.array(z.object({ label: z.string(), idea: Line(300) })).length(variants),
  })
}

export function copySetSchema(variants: number) {
  return z.object({ variants: z.array(Copy).length(variants) })
}

/** What a reviewer adds to the rules. It can warn and praise; only the rules can refuse or let pass. */
export const Review = z.object({
  remarks: z
    .array(
      z.object({
        variant: z.string().describe('A, B, …'),
        level: z.enum(['warning', 'praise']),
        text: Line(400),
      }),
    )
    .max(30),
})
export type Review = z.infer<typeof Review>

import { defineContract, defineEvent } from '@fanfare/kernel'
import { z } from 'zod'

const Text = (max: number) => z.string().trim().max(max)

/** What the crew is asked for. */
export const Brief = z.object({
  goal: Text(2000).min(3).describe('What the campaign should achieve'),
  audience: Text(2000).default('').describe('Who will read it'),
  offer: Text(2000).default('').describe('What they get'),
  tone: z.enum(['friendly', 'plain', 'formal', 'playful']).default('friendly'),
  callToAction: z.object({ label: Text(80).min(1), url: z.url({ protocol: /^https?$/ }).max(2000) }),
  facts: z.array(Text(500).min(1)).max(30).default([]).describe('What may be claimed; nothing else is'),
  variants: z.int().min(1).max(5).default(2),
  /** The same brief, brand and seed give the same draft with the offline writer. */
  seed: z.int().min(0).max(2_147_483_647).default(1),
})
export type Brief = z.infer<typeof Brief>

/** What a workspace says about itself; the crew claims nothing beyond it and the brief. */
export const Brand = z.object({
  name: Text(200).default(''),
  description: Text(2000).default(''),
  website: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2000)]).default(''),
  postalAddress: Text(500).default('').describe('Bulk mail must show one (CAN-SPAM, CASL)'),
  tone: z.enum(['friendly', 'plain', 'formal', 'playful']).default('friendly'),
  facts: z.array(Text(500).min(1)).max(100).default([]),
  avoid: z.array(Text(100).min(1)).max(100).default([]).describe('Words and phrases never used'),
})
export type Brand = z.infer<typeof Brand>

export const crewSteps = ['strategist', 'copywriter', 'critic', 'compliance'] as const
export type CrewStep = (typeof crewSteps)[number]

export const Strategy = z.object({
  angle: z.string(),
  keyMessage: z.string(),
  proof: z.array(z.string()),
  variants: z.array(z.object({ label: z.string(), idea: z.string() })),
})
export type Strategy = z.infer<typeof Strategy>

/** A draft email in MJML with Mustache, ready for the content service to check. */
export const DraftVariant = z.object({
  label: z.string(),
  subject: z.string(),
  preheader: z.string(),
  body: z.string(),
  rationale: z.string(),
})
export type DraftVariant = z.infer<typeof DraftVariant>

export const Verdict = z.object({
  variant: z.string(),
  ok: z.boolean(),
  remarks: z.array(z.object({ level: z.enum(['error', 'warning', 'praise']), text: z.string() })),
})
export type Verdict = z.infer<typeof Verdict>

export const StepState = z.object({
  step: z.enum(crewSteps),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  /** Who did it: `offline` (rules, not a language model) or `<provider>/<model>`. */
  by: z.string().nullable(),
  /** What the page shows: the text as it came. */
  text: z.string(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  /** Null when the model's price is not known. The offline writer costs 0. */
  costUsd: z.number().nullable(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
})
export type StepState = z.infer<typeof StepState>
export const runStates = ['waiting', 'running', 'done', 'failed', 'stopped'] as const
export const CrewRun = z.object({
  id: z.uuid(),
  state: z.enum(runStates),
  brief: Brief,
  steps: z.array(StepState),
  strategy: Strategy.nullable(),
  variants: z.array(DraftVariant),
  verdicts: z.array(Verdict),
  costUsd: z.number().nullable(),
  /** True when any step was done by the offline writer, which is not a language model. */
  offline: z.boolean(),
  failure: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
})
export type CrewRun = z.infer<typeof CrewRun>

export const ModelInfo = z.object({
  provider: z.enum(['offline', 'openai', 'anthropic', 'ollama', 'openai_compatible']),
  model: z.string(),
  configured: z.boolean(),
  /** Said in every surface where its text shows. */
  note: z.string(),
})
export type ModelInfo = z.infer<typeof ModelInfo>

/** A crew run ended, well or not. */
export const CrewRunFinished = defineEvent(
  'ai.crew_run_finished',
  1,
  z.object({ runId: z.uuid(), state: z.enum(runStates) }),
)

const tenantId = z.uuid()
/** What other services may ask of the crew. */
export const Ai = defineContract('ai', 1, {
  startRun: { input: z.object({ tenantId, brief: Brief }), output: CrewRun },
  getRun: { input: z.object({ tenantId, runId: z.uuid() }), output: CrewRun },
  /** What runs have cost since then. */
  getUsage: { input: z.object({ tenantId, since: z.iso.datetime() }), output: z.object({ usd: z.number() }) },
  getBrand: { input: z.object({ tenantId }), output: Brand },
})

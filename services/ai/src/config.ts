import { type Secret, secret } from '@fanfare/kernel'
import { z } from 'zod'
import { crewSteps } from './contract.ts'

export const providers = ['openai', 'anthropic', 'openai_compatible', 'ollama'] as const
export type Provider = (typeof providers)[number]

const Url = z.url({ protocol: /^https?$/ })
/** `critic=anthropic/claude-sonnet-5, compliance=openai/gpt-5-mini` */
const StepModels = z
  .string()
  .default('')
  .transform((text, context) => {
    const pairs = text.split(',').map((part) => part.trim())
    const models = pairs.filter((part) => part !== '').map((part) => /^(\w+)=(\w+)\/(.+)$/.exec(part))
    const valid = models.every((match) => isStep(match?.[1]) && isProvider(match?.[2]))
    if (!valid) context.addIssue('write step=provider/model, separated by commas')
    return models.flatMap((match) =>
      isStep(match?.[1]) && isProvider(match?.[2])
        ? [{ step: match[1], provider: match[2], model: match?.[3] as string }]
        : [],
    )
  })

export const Config = z
  .object({
    provider: z
      .enum(['auto', 'offline', ...providers])
      .default('auto')
      .describe('auto: the first with a key or an address, else the offline writer, which is not a language model'),
    openaiApiKey: secret()
      .optional()
      .meta({ description: 'Also read from OPENAI_API_KEY', alsoFrom: 'OPENAI_API_KEY' }),
    openaiModel: z.string().default('gpt-5-mini'),
    openaiBaseUrl: Url.default('https://api.openai.com/v1'),
    anthropicApiKey: secret()
      .optional()
      .meta({ description: 'Also read from ANTHROPIC_API_KEY', alsoFrom: 'ANTHROPIC_API_KEY' }),
    anthropicModel: z.string().default('claude-sonnet-5'),
    anthropicBaseUrl: Url.default('https://api.anthropic.com'),
    compatibleBaseUrl: Url.optional().describe('Of any endpoint that speaks the chat completions of OpenAI'),
    compatibleModel: z.string().optional(),
    compatibleApiKey: secret().optional(),
    ollamaBaseUrl: Url.optional().describe('For example http://127.0.0.1:11434'),
    ollamaModel: z.string().default('llama3.1'),
    stepModels: StepModels.describe('A model for a step alone: critic=anthropic/claude-sonnet-5'),
    answerTimeoutMs: z.coerce.number().int().positive().default(180_000),
    retryDelayMs: z.coerce.number().int().nonnegative().default(1_000).describe('Before a busy model is asked again'),
  })
  .refine(({ provider, openaiApiKey }) => provider !== 'openai' || openaiApiKey !== undefined, {
    path: ['provider', 'openaiApiKey'],
    message: 'the provider openai needs its key',
  })
  .refine(({ provider, anthropicApiKey }) => provider !== 'anthropic' || anthropicApiKey !== undefined, {
    path: ['provider', 'anthropicApiKey'],
    message: 'the provider anthropic needs its key',
  })
  .refine(({ provider, ollamaBaseUrl }) => provider !== 'ollama' || ollamaBaseUrl !== undefined, {
    path: ['provider', 'ollamaBaseUrl'],
    message: 'the provider ollama needs its address',
  })
  .refine(({ provider, compatibleBaseUrl }) => provider !== 'openai_compatible' || compatibleBaseUrl !== undefined, {
    path: ['provider', 'compatibleBaseUrl'],
    message: 'the provider openai_compatible needs its address',
  })
  .refine(
    ({ compatibleBaseUrl, compatibleModel }) => (compatibleBaseUrl === undefined) === (compatibleModel === undefined),
    {
      path: ['compatibleBaseUrl', 'compatibleModel'],
      message: 'set both or neither',
    },
  )
export type Config = z.output<typeof Config>

/** One model as the operator configured it. */
export interface ModelChoice {
  readonly provider: Provider
  readonly model: string
  readonly baseUrl: string
  readonly apiKey: Secret | undefined
}

/** The models that can be called, in the order they are preferred: the chosen provider first. */
export function configuredModels(config: Config): ModelChoice[] {
  if (config.provider === 'offline') return []
  const choices: ModelChoice[] = []
  const add = (
    provider: Provider,
    model: string | undefined,
    baseUrl: string | undefined,
    apiKey: Secret | undefined,
  ) => {
    if (model !== undefined && baseUrl !== undefined) choices.push({ provider, model, baseUrl, apiKey })
  }
  if (config.openaiApiKey) add('openai', config.openaiModel, config.openaiBaseUrl, config.openaiApiKey)
  if (config.anthropicApiKey) add('anthropic', config.anthropicModel, config.anthropicBaseUrl, config.anthropicApiKey)
  add('openai_compatible', config.compatibleModel, config.compatibleBaseUrl, config.compatibleApiKey)
  add('ollama', config.ollamaModel, config.ollamaBaseUrl, undefined)
  return choices.toSorted((a, b) => Number(b.provider === config.provider) - Number(a.provider === config.provider))
}

function isStep(text: string | undefined): text is (typeof crewSteps)[number] {
  return (crewSteps as readonly (string | undefined)[]).includes(text)
}

function isProvider(text: string | undefined): text is Provider {
  return (providers as readonly (string | undefined)[]).includes(text)
}

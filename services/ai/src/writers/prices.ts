import type { Provider } from '../config.ts'

/**
 * US dollars for a million tokens, in and out, at the provider's standard rate.
 * Sources: https://developers.openai.com/api/docs/pricing and https://platform.claude.com/docs/about-claude/pricing, as
 * reported in 2026. A model that is not listed has an unknown cost, never a guessed one.
 */
const prices: readonly (readonly [provider: Provider, model: RegExp, input: number, output: number])[] = [
  ['openai', /^gpt-5-nano(-\d|$)/, 0.05, 0.4],
  ['openai', /^gpt-5-mini(-\d|$)/, 0.25, 2],
  ['openai', /^gpt-5(-\d{4}|$)/, 1.25, 10],
  ['openai', /^gpt-5\.1(-\d|$)/, 1.25, 10],
  ['openai', /^gpt-5\.4(-\d|$)/, 2.5, 15],
  ['openai', /^gpt-4\.1-nano(-\d|$)/, 0.1, 0.4],
  ['openai', /^gpt-4\.1-mini(-\d|$)/, 0.4, 1.6],
  ['openai', /^gpt-4\.1(-\d|$)/, 2, 8],
  ['openai', /^gpt-4o-mini(-\d|$)/, 0.15, 0.6],
  ['openai', /^gpt-4o(-\d|$)/, 2.5, 10],
  ['anthropic', /^claude-sonnet-5(-\d|$)/, 2, 10],
  ['anthropic', /^claude-opus-5-5(-\d|$)/, 4, 20],
  ['anthropic', /^claude-opus-5$/, 5, 25],
  ['anthropic', /^claude-sonnet-4-5(-\d|$)/, 3, 15],
  ['anthropic', /^claude-haiku-4-5(-\d|$)/, 1, 5],
]

export function costOf(
  { provider, model }: { provider: Provider; model: string },
  tokens: { inputTokens: number; outputTokens: number },
): number | null {
  // A model on the operator's own machine has no price a token.
  if (provider === 'ollama') return 0
  const price = prices.find(([owner, name]) => owner === provider && name.test(model))
  if (price === undefined) return null
  const [, , input, output] = price
  return (tokens.inputTokens * input + tokens.outputTokens * output) / 1_000_000
}

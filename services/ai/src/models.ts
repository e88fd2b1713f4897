import { type Config, configuredModels, providers } from './config.ts'
import type { ModelInfo } from './contract.ts'
import { offlineNote } from './offline/offline-writer.ts'
import { modelNote } from './writers/language-model.ts'

/** Who could write here, and who is set up to. The offline writer is used when nobody else is. */
export function listModels(config: Config): ModelInfo[] {
  const configured = configuredModels(config)
  const names = {
    openai: config.openaiModel,
    anthropic: config.anthropicModel,
    openai_compatible: config.compatibleModel ?? '',
    ollama: config.ollamaModel,
  }
  return [
    { provider: 'offline', model: 'offline', configured: configured.length === 0, note: offlineNote },
    ...providers.map((provider) => ({
      provider,
      model: names[provider],
      configured: configured.some((choice) => choice.provider === provider),
      note: modelNote,
    })),
  ]
}

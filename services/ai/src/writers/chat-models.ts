import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import type { ModelChoice } from '../config.ts'

export type Fetch = typeof globalThis.fetch

/**
 * The LangChain class of a provider, loaded when it is first needed: the three take half a second, and without a key
 * none is ever used. All of them call out through the given `fetch`, and none retries: that is decided in one place.
 */
export async function createChatModel(choice: ModelChoice, fetch: Fetch): Promise<BaseChatModel> {
  const { provider, model, baseUrl, apiKey } = choice
  switch (provider) {
    case 'openai':
    case 'openai_compatible': {
      const { ChatOpenAICompletions } = await import('@langchain/openai')
      return new ChatOpenAICompletions({
        model,
        // The client insists on a key; an endpoint of one's own may have none.
        apiKey: apiKey?.reveal() ?? 'none',
        maxRetries: 0,
        streamUsage: true,
        configuration: { baseURL: baseUrl, fetch },
        ...(provider === 'openai' ? { modelKwargs: { response_format: { type: 'json_object' } } } : {}),
      })
    }
    case 'anthropic': {
      const { ChatAnthropic } = await import('@langchain/anthropic')
      return new ChatAnthropic({
        model,
        apiKey: apiKey?.reveal() ?? '',
        anthropicApiUrl: baseUrl,
        maxTokens: 8_192,
        maxRetries: 0,
        clientOptions: { fetch },
      })
    }
    case 'ollama': {
      const { ChatOllama } = await import('@langchain/ollama')
      return new ChatOllama({ model, baseUrl, fetch, format: 'json', maxRetries: 0 })
    }
  }
}

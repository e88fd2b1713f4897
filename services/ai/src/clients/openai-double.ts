import { openVendorDouble, serverSentEvent, type VendorDouble } from './vendor-double.ts'

/** https://platform.openai.com/docs/guides/error-codes */
const errors: Readonly<Record<number, readonly [message: string, type: string, code: string | null]>> = {
  400: ['Invalid value for the request.', 'invalid_request_error', null],
  401: ['Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'],
  404: ['The model does not exist or you do not have access to it.', 'invalid_request_error', 'model_not_found'],
  429: ['Rate limit reached for requests.', 'requests', 'rate_limit_exceeded'],
  500: ['The server had an error while processing your request.', 'server_error', null],
}

/** Chat completions, streamed: https://platform.openai.com/docs/api-reference/chat-streaming */
export function openOpenAiDouble(): Promise<VendorDouble> {
  return openVendorDouble({
    path: '/v1/chat/completions',
    contentType: 'text/event-stream',
    errorOf(status) {
      const [message, type, code] = errors[status] ?? ['Error', 'server_error', null]
      return { error: { message, type, param: null, code } }
    },
    begin: (model) => chunk(model, { role: 'assistant', content: '', refusal: null }),
    piece: (model, content) => chunk(model, { content }),
    end: (model, ending, { input, output }) =>
      chunk(model, {}, ending === 'complete' ? 'stop' : 'length') +
      serverSentEvent({
        ...envelope(model),
        choices: [],
        usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
      }) +
      'data: [DONE]\n\n',
  })
}

function chunk(model: string, delta: unknown, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }]
  return serverSentEvent({ ...envelope(model), choices, usage: null })
}

function envelope(model: string) {
  return {
    id: 'chatcmpl-double',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model,
    system_fingerprint: 'fp_0',
  }
}

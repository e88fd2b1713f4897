import { openVendorDouble, serverSentEvent, type VendorDouble } from './vendor-double.ts'

/** https://platform.claude.com/docs/en/api/errors */
const errors: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ['invalid_request_error', 'There was an issue with the format or content of your request.'],
  401: ['authentication_error', 'invalid x-api-key'],
  404: ['not_found_error', 'model: unknown'],
  429: ['rate_limit_error', 'Your account has hit a rate limit.'],
  500: ['api_error', 'Internal server error'],
  529: ['overloaded_error', 'Overloaded'],
}

/** Messages, streamed: https://platform.claude.com/docs/en/build-with-claude/streaming */
export function openAnthropicDouble(): Promise<VendorDouble> {
  return openVendorDouble({
    path: '/v1/messages',
    contentType: 'text/event-stream',
    errorOf(status) {
      const [type, message] = errors[status] ?? ['api_error', 'Internal server error']
      return { type: 'error', error: { type, message }, request_id: 'req_double' }
    },
    begin: (model) =>
      event('message_start', {
        message: {
          id: 'msg_double',
          type: 'message',
          role: 'assistant',
          model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 120, output_tokens: 1 },
        },
      }) +
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      event('ping', {}),
    piece: (_model, text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    end: (_model, ending, { output }) =>
      event('content_block_stop', { index: 0 }) +
      event('message_delta', {
        delta: { stop_reason: ending === 'complete' ? 'end_turn' : 'max_tokens', stop_sequence: null },
        usage: { output_tokens: output },
      }) +
      event('message_stop', {}),
  })
}

function event(type: string, fields: object): string {
  return serverSentEvent({ type, ...fields }, type)
}

import { openVendorDouble, type VendorDouble } from './vendor-double.ts'

const errors: Readonly<Record<number, string>> = {
  404: "model 'unknown' not found",
  429: 'too many requests',
  500: 'llama runner process has terminated',
  503: 'server busy, please try again. maximum pending requests exceeded',
}

/** Chat, one JSON object a line: https://docs.ollama.com/api/chat */
export function openOllamaDouble(): Promise<VendorDouble> {
  return openVendorDouble({
    path: '/api/chat',
    contentType: 'application/x-ndjson',
    errorOf: (status) => ({ error: errors[status] ?? 'internal error' }),
    begin: () => '',
    piece: (model, content) => line(model, content, { done: false }),
    end: (model, ending, { input, output }) =>
      line(model, '', {
        done: true,
        done_reason: ending === 'complete' ? 'stop' : 'length',
        total_duration: 4_883_583_458,
        load_duration: 1_334_875,
        prompt_eval_count: input,
        prompt_eval_duration: 342_546_000,
        eval_count: output,
        eval_duration: 4_535_599_000,
      }),
  })
}

function line(model: string, content: string, fields: object): string {
  const message = { role: 'assistant', content }
  return `${JSON.stringify({ model, created_at: '2026-05-01T10:00:00.000000Z', message, ...fields })}\n`
}

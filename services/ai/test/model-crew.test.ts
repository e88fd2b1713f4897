import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boot } from '@fanfare/testkit'
import { openAnthropicDouble } from '../src/clients/anthropic-double.ts'
import { ai } from '../src/service.ts'
import { buildBrief, buildCopy } from './factories.ts'

const answer = (value: unknown) => ({ kind: 'answer', text: JSON.stringify(value) }) as const

test('a crew of language models makes a draft through the same gates', async () => {
  await using double = await openAnthropicDouble()
  await using app = await boot([ai], {
    environment: { ANTHROPIC_API_KEY: 'sk-ant-test', FANFARE_AI_ANTHROPIC_BASE_URL: double.url },
  })
  double.act(
    answer({ angle: 'Calm', keyMessage: 'Herbs', proof: [], variants: [{ label: 'x', idea: 'one' }] }),
    answer({
      variants: [buildCopy({ label: 'x', points: ['Rated 4.9 of 5'], closing: '<script>alert(1)</script> {{email}}' })],
    }),
    answer({ remarks: [{ variant: 'A', level: 'praise', text: 'Clear.' }] }),
    answer({ remarks: [{ variant: 'A', level: 'praise', text: 'Everything is allowed.' }] }),
  )
  const tenantId = app.tenant()
  const api = app.as({ tenantId, role: 'owner' })
  const { id } = (await api.post('/v1/crew-runs', { brief: buildBrief({ variants: 1 }) })).body
  await app.drain()
  const { body: run } = await api.get(`/v1/crew-runs/${id}`)

  assert.deepEqual([run.state, run.offline, run.failure], ['done', false, null])
  assert.ok(run.steps.every(({ by }: { by: string }) => by === 'anthropic/claude-sonnet-5'))
  assert.ok(run.costUsd > 0)
  assert.equal(run.variants[0].label, 'A')
  assert.match(run.variants[0].body, /&lt;script&gt;alert\(1\)&lt;\/script&gt; &#123;&#123;email&#125;&#125;/)
  assert.equal(run.verdicts[0].ok, false, 'a model cannot open a gate')
  assert.ok(run.verdicts[0].remarks.some(({ text }: { text: string }) => /4\.9|49/.test(text)))
})

test('a start without a key loads none of the model libraries', async () => {
  const { execFile } = await import('node:child_process')
  const { promisify } = await import('node:util')
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ resolve: (name, context, next) => { if (name.startsWith('@langchain/')) loaded.push(name); return next(name, context) } })
    await import(${JSON.stringify(new URL('../src/service.ts', import.meta.url).href)})
    console.log(JSON.stringify(loaded))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  assert.deepEqual(JSON.parse(stdout), [])
})

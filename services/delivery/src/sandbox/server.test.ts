import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createIds, createLogger, systemClock } from '@fanfare/kernel'
import { SmtpSession } from '../smtp/session.ts'
import type { ReceivedMessage } from '../store/sandbox.ts'
import { openSandboxServer } from './server.ts'

const timeouts = { connectTimeoutMs: 5_000, replyTimeoutMs: 5_000, messageTimeoutMs: 5_000 }

async function openServer(receive: (tenantId: string, message: ReceivedMessage) => Promise<void>) {
  return openSandboxServer({
    inbox: { receive },
    ids: createIds(systemClock),
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
  })
}

const envelope = (to: string) => ({ from: 'a@x.example', to, size: 20 })

test('the sandbox takes mail for the workspace that signed in, and nobody else’s password', async () => {
  const kept: { tenantId: string; message: ReceivedMessage }[] = []
  await using server = await openServer(async (tenantId, message) => void kept.push({ tenantId, message }))
  const tenantId = randomUUID()
  const target = { ...server, address: server.host, tls: 'none', username: tenantId, name: 'test' } as const
  await assert.rejects(SmtpSession.open({ ...target, password: 'guess' }, timeouts), /535/)
  await assert.rejects(SmtpSession.open({ ...target, username: 'admin' }, timeouts), /535/)
  await using session = await SmtpSession.open(target, timeouts)
  const ending = await session.send(envelope('b@x.example'), Buffer.from('Subject: =?UTF-8?B?w6k=?=\r\n\r\nhi\r\n'))
  assert.deepEqual(
    [ending.kind, kept[0]?.tenantId, kept[0]?.message.subject, kept[0]?.message.recipients],
    ['reply', tenantId, 'é', ['b@x.example']],
  )
})

test('an unkept message is put off, never taken', async () => {
  await using server = await openServer(() => Promise.reject(new Error('The database is away')))
  const target = { ...server, address: server.host, tls: 'none', username: randomUUID(), name: 'test' } as const
  await using session = await SmtpSession.open(target, timeouts)
  const ending = await session.send(envelope('b@x.example'), Buffer.from('Subject: x\r\n\r\nhi\r\n'))
  assert.deepEqual(ending.kind === 'reply' && [ending.code, ending.stage], [451, 'content'])
})

for (const [recipient, code] of [
  ['bounce+550@x.example', 550],
  ['defer+451@x.example', 451],
  ['bounce+451@x.example', 250],
  ['bob@x.example', 250],
] as const) {
  test(`${recipient} is answered with ${code}`, async () => {
    await using server = await openServer(async () => {})
    const target = { ...server, address: server.host, tls: 'none', username: randomUUID(), name: 'test' } as const
    await using session = await SmtpSession.open(target, timeouts)
    const ending = await session.send(envelope(recipient), Buffer.from('Subject: x\r\n\r\nhi\r\n'))
    assert.equal(ending.kind === 'reply' && ending.code, code)
  })
}

import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'
const secretBytes = 32

/** A new secret of a webhook, in the form that the libraries of Standard Webhooks take. */
export function newSecret(): string {
  return prefix + randomBytes(secretBytes).toString('base64')
}

/** What is signed and sent. */
export interface SignedMessage {
  readonly id: string
  readonly payload: string
}

/**
 * The headers of one call, as Standard Webhooks has them: one signature for each secret, so that a receiver may change from
 * one to the next when it likes. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders({ id, payload }: SignedMessage, secrets: readonly string[], at: Date) {
  const timestamp = Math.floor(at.getTime() / 1_000)
  const content = `${id}.${timestamp}.${payload}`
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map((secret) => `v1,${signatureOf(secret, content)}`).join(' '),
  }
}

function signatureOf(secret: string, content: string): string {
  const key = Buffer.from(secret.slice(prefix.length), 'base64')
  return createHmac('sha256', key).update(content, 'utf8').digest('base64')
}

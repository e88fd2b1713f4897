import { createHash, randomBytes, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** 256 random bits for a session or a setup link. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** 128 random bits, for a name that nobody should guess and that everybody may see. */
export function newPublicKey(): string {
  return randomBytes(16).toString('base64url')
}

/** What the database keeps of a token. A fast hash is enough for something that cannot be guessed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex')
}

const keyShape = /^(ff_([A-Za-z0-9_-]{22})_[0-9a-f]{40})_([0-9a-z]{7})$/

/**
 * A new API key: `ff_<workspace>_<secret>_<checksum>`. The fixed start and the checksum let secret scanners find a leaked
 * key without asking us; the workspace tells in which tenant to look it up.
 */
export function newApiKey(tenantId: string): string {
  const workspace = Buffer.from(tenantId.replaceAll('-', ''), 'hex').toString('base64url')
  const signed = `ff_${workspace}_${randomBytes(20).toString('hex')}`
  return `${signed}_${checksum(signed)}`
}

/** The workspace that a key names, or undefined for what is no key of ours. */
export function tenantOfApiKey(key: string): string | undefined {
  const [, signed = '', workspace = '', sum] = keyShape.exec(key) ?? []
  if (sum === undefined || checksum(signed) !== sum) return undefined
  const hex = Buffer.from(workspace, 'base64url').toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** What a log or a list may show of a key: its workspace and the first characters of its secret. */
export function prefixOfApiKey(key: string): string {
  return key.slice(0, 'ff_'.length + 22 + 1 + 6)
}

function checksum(text: string): string {
  return crc32(text).toString(36).padStart(7, '0')
}

/** Random bytes for secrets of another shape than `newToken`: authenticator apps, challenges, recovery codes. */
export function newBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(length))
}

/** Six digits for a message, each number as likely as any other. */
export function newDigits(): string {
  return randomInt(1_000_000).toString().padStart(6, '0')
}

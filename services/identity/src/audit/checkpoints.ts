import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Keys, SigningKey } from '@fanfare/kernel'
import { z } from 'zod'
import { canonicalJson } from './canonical-json.ts'

const Checkpoint = z.object({
  tenantId: z.uuid(),
  sequence: z.int(),
  hash: z.string(),
  signedAt: z.iso.datetime(),
  /** Ed25519 over the canonical JSON of the other fields, base64url. */
  signature: z.string(),
})
export type Checkpoint = z.infer<typeof Checkpoint>
export type CheckedCheckpoint = Omit<Checkpoint, 'signature'> & { readonly genuine: boolean }

/**
 * Says under a signature where a trail ended at a moment, outside the database: whoever shortens or rewrites a trail there
 * cannot make the earlier statement untrue. One file a trail, a line a checkpoint.
 */
export interface Checkpoints {
  sign(statement: { tenantId: string; sequence: number; hash: string; now: Date }): Promise<Checkpoint>
  read(tenantId: string): Promise<CheckedCheckpoint[]>
  forget(tenantId: string): Promise<void>
  readonly publicKey: string
}

/** @param folder where the files are; undefined keeps the lines in memory, as a database in memory is kept */
export function createCheckpoints(keys: Pick<Keys, 'ed25519'>, folder: string | undefined): Checkpoints {
  const key = keys.ed25519('identity.audit-checkpoint')
  const lines = folder === undefined ? linesInMemory() : linesInFiles(folder)
  return {
    publicKey: Buffer.from(key.publicKey).toString('base64url'),
    async sign({ tenantId, sequence, hash, now }) {
      const statement = { tenantId, sequence, hash, signedAt: now.toISOString() }
      const signature = Buffer.from(key.sign(Buffer.from(canonicalJson(statement)))).toString('base64url')
      const checkpoint = { ...statement, signature }
      await lines.add(tenantId, `${JSON.stringify(checkpoint)}\n`)
      return checkpoint
    },
    read: async (tenantId) => (await lines.read(tenantId)).map((line) => check(key, tenantId, line)),
    forget: (tenantId) => lines.forget(tenantId),
  }
}

/** A line that cannot be read counts as forged, not as absent. */
function check(key: SigningKey, tenantId: string, line: string): CheckedCheckpoint {
  const parsed = Checkpoint.safeParse(parseLine(line))
  if (!parsed.success) return { tenantId, sequence: 0, hash: '', signedAt: '', genuine: false }
  const { signature, ...statement } = parsed.data
  const signed = key.verify(Buffer.from(canonicalJson(statement)), Buffer.from(signature, 'base64url'))
  return { ...statement, genuine: signed && statement.tenantId === tenantId }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

interface Lines {
  add(tenantId: string, line: string): Promise<void>
  read(tenantId: string): Promise<string[]>
  forget(tenantId: string): Promise<void>
}

function linesInFiles(folder: string): Lines {
  const fileOf = (tenantId: string) => join(folder, `${tenantId}.ndjson`)
  return {
    async add(tenantId, line) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = await open(fileOf(tenantId), 'a', 0o600)
      try {
        await file.writeFile(line)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    async read(tenantId) {
      const text = await readFile(fileOf(tenantId), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      return text.split('\n').filter((line) => line !== '')
    },
    forget: (tenantId) => rm(fileOf(tenantId), { force: true }),
  }
}

function linesInMemory(): Lines {
  const kept = new Map<string, string[]>()
  return {
    add: async (tenantId, line) => void kept.set(tenantId, [...(kept.get(tenantId) ?? []), line]),
    read: async (tenantId) => kept.get(tenantId) ?? [],
    forget: async (tenantId) => void kept.delete(tenantId),
  }
}

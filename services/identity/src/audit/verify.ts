import type { AuditFinding, AuditRecord, AuditVerification } from '../contract/audit.ts'
import type { Deps } from '../deps.ts'
import { readChain } from '../store/audit.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Trail } from './trail.ts'
import { createVerifier } from './verifier.ts'

const readAtOnce = 1_000

/** The first entry of a trail is signed as soon as it is there; the rest is for a process that was killed just then. */
const longestUnsignedMs = 60 * 60_000

export type VerifyDeps = Pick<Deps, 'db' | 'clock'> & { readonly trail: Trail; readonly checkpoints: Checkpoints }

/** Reads a whole trail, holds it against its signed checkpoints, and signs its end when nothing is wrong. */
export async function verifyTrail(deps: VerifyDeps, tenantId: string): Promise<AuditVerification> {
  const { checkpoints, trail } = deps
  await trail.append(tenantId)
  const signed = await checkpoints.read(tenantId)
  const { entries, last, first, findings } = await readThrough(deps, tenantId, createVerifier(tenantId, signed))
  const all = signed.length === 0 ? [...findings, ...unsigned(deps, first)] : findings
  if (all.length === 0) await trail.signEnds()
  return {
    intact: all.length === 0,
    entries,
    lastHash: last.hash,
    checkpoints: signed.length,
    lastCheckpointAt: signed.findLast(({ genuine }) => genuine)?.signedAt ?? null,
    publicKey: checkpoints.publicKey,
    findings: all,
  }
}

async function readThrough({ db }: VerifyDeps, tenantId: string, verifier: ReturnType<typeof createVerifier>) {
  let first: AuditRecord | undefined
  for (let after = 0; ; ) {
    const records = await db.withTenant(tenantId, (trx) => readChain(trx, tenantId, after, readAtOnce))
    first ??= records[0]
    for (const record of records) verifier.take(record)
    if (records.length < readAtOnce) return { ...verifier.finish(), first }
    after = records.at(-1)?.sequence ?? after
  }
}

/** An old trail without a single checkpoint has lost its file: nothing can be said about its end. */
function unsigned({ clock }: VerifyDeps, first: AuditRecord | undefined): AuditFinding[] {
  if (first === undefined || clock.now().getTime() - Date.parse(first.recordedAt) < longestUnsignedMs) return []
  const text =
    'There is no signed checkpoint of this trail: its file in the data folder is gone, so a cut-off end would not show'
  return [{ kind: 'checkpoint_missing', sequence: 0, text }]
}

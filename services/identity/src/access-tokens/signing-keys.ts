import type { Clock, Database, Keys } from '@fanfare/kernel'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import type { Config } from '../config.ts'
import type { Row, Schema } from '../store/schema.ts'
import { deleteSigningKeys, getInstallationId, insertSigningKey, listSigningKeys } from '../store/signing-keys.ts'
import { algorithm, generateSigningKey, openPrivateKey } from './key-pair.ts'
import { planKeys } from './key-plan.ts'

/** The installation's keys for its tokens: in the database, and the same for all its processes. */
export interface SigningKeys {
  /** Names this installation in what it signs. A copy of its database is the same installation. */
  issuer(): Promise<string>
  /** What signs now. Not inside a transaction: a key that was made in one is gone when it rolls back. */
  signing(): Promise<{ readonly id: string; readonly key: CryptoKey }>
  /** The public key of that id, or undefined when it is none of ours or is spent. */
  find(id: string): Promise<CryptoKey | undefined>
  /** The public keys as others may read them (RFC 7517). */
  published(): Promise<readonly JWK[]>
}

interface KeyDeps {
  readonly db: Database<Schema>
  readonly clock: Clock
  readonly keys: Keys
  readonly config: Pick<Config, 'signingKeyDays'>
}
type KeyRow = Row<'identity.signing_key'> & { readonly signsFrom: Date }

const dayMs = 24 * 60 * 60_000
/** What another process did to the keys is known here after this. */
const rereadMs = 60_000

export function createSigningKeys(deps: KeyDeps): SigningKeys {
  const { clock, config, db } = deps
  const rotateAfterMs = config.signingKeyDays * dayMs
  let read: { readonly at: number; readonly rows: readonly KeyRow[] } | undefined
  let issuer: string | undefined
  const publicKeys = new Map<string, CryptoKey>()
  const privateKeys = new Map<string, CryptoKey>()

  const plan = async (isFresh = false) => {
    const now = clock.now()
    if (isFresh || read === undefined || now.getTime() - read.at >= rereadMs) {
      read = { at: now.getTime(), rows: await bringUpToDate(deps, rotateAfterMs) }
    }
    // Read anew: a key that was made just now signs from a moment after the one above.
    return planKeys(read.rows, clock.now(), rotateAfterMs)
  }
  const privateKeyOf = async (row: KeyRow) => {
    const key = privateKeys.get(row.id) ?? (await openPrivateKey(deps.keys, row))
    if (key) privateKeys.set(row.id, key)
    return key
  }
  const publicKeyOf = async (row: KeyRow) => {
    const key = publicKeys.get(row.id) ?? ((await importJWK(row.public_key as JWK, algorithm)) as CryptoKey)
    publicKeys.set(row.id, key)
    return key
  }

  return {
    async issuer() {
      issuer ??= `urn:fanfare:${await db.transaction(getInstallationId)}`
      return issuer
    },
    async signing() {
      const row = (await plan()).signing as KeyRow
      const key = await privateKeyOf(row)
      if (key) return { id: row.id, key }
      // FANFARE_SECRET was replaced without the former one, so what it sealed is lost. The next key signs at once.
      await addKey(deps, row.number + 1, clock.now())
      const next = (await plan(true)).signing as KeyRow
      return { id: next.id, key: (await privateKeyOf(next)) as CryptoKey }
    },
    async find(id) {
      const isWanted = (row: KeyRow) => row.id === id
      const row = (await plan()).published.find(isWanted) ?? (await plan(true)).published.find(isWanted)
      return row && (await publicKeyOf(row))
    },
    async published() {
      const { published } = await plan()
      return published.map(({ id, public_key }) => ({ ...(public_key as JWK), kid: id, use: 'sig', alg: algorithm }))
    },
  }
}

/** Reads the keys, makes the next one when it is due and drops what is spent. */
async function bringUpToDate(deps: KeyDeps, rotateAfterMs: number): Promise<readonly KeyRow[]> {
  const rows = await readKeys(deps)
  const { nextFrom, spent } = planKeys(rows, deps.clock.now(), rotateAfterMs)
  if (nextFrom === undefined && spent.length === 0) return rows
  if (nextFrom) await addKey(deps, (rows.at(-1)?.number ?? 0) + 1, nextFrom)
  const ids = spent.map(({ id }) => id)
  await deps.db.transaction((trx) => deleteSigningKeys(trx, ids))
  return readKeys(deps)
}

async function readKeys({ db }: KeyDeps): Promise<readonly KeyRow[]> {
  const rows = await db.transaction(listSigningKeys)
  return rows.map((row) => ({ ...row, signsFrom: row.signs_from }))
}

async function addKey({ db, clock, keys }: KeyDeps, number: number, signsFrom: Date): Promise<void> {
  const made = await generateSigningKey(keys)
  const row = { ...made, number, signs_from: signsFrom, created_at: clock.now() }
  await db.transaction((trx) => insertSigningKey(trx, row))
}

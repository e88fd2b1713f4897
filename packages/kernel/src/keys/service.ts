import { randomBytes } from 'node:crypto'
import { Keys } from '../keys.ts'
import { defineService } from '../service.ts'
import { type KeysConfig, keysConfig } from './config.ts'
import { readOrCreateSecretFile } from './key-file.ts'
import { createKeyring } from './keyring.ts'

/**
 * The service behind `Keys`. Config: `FANFARE_SECRET` (at least 32 characters), `FANFARE_SECRET_PREVIOUS` (a list, after a
 * rotation), `FANFARE_DATA_DIR` (where `secret.key` is made when no secret is set; `memory://` keeps it in memory).
 *
 * @example await using app = await start([keys()], { environment })
 */
export function keys() {
  return defineService({
    provides: Keys,
    group: 'kernel',
    config: keysConfig,
    start: async (_needs, { config }) =>
      createKeyring(
        await currentSecretOf(config),
        config.secretPrevious.map((previous) => previous.reveal()),
      ),
  })
}

async function currentSecretOf({ secret, dataDir }: KeysConfig): Promise<string> {
  if (secret !== undefined) return secret.reveal()
  if (dataDir === 'memory://') return randomBytes(32).toString('hex')
  return readOrCreateSecretFile(dataDir)
}

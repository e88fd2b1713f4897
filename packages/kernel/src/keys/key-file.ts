import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { keysProblem } from './errors.ts'

/**
 * The secret kept in `<folder>/secret.key`, made on the first start. Processes that start at the same time agree: each
 * writes a whole file under a name of its own and links it into place, and the link of only one succeeds.
 */
export async function readOrCreateSecretFile(folder: string): Promise<string> {
  const file = join(folder, 'secret.key')
  const found = await readSecretFile(file)
  if (found !== undefined) return found
  await mkdir(folder, { recursive: true })
  await createSecretFile(file)
  return (await readSecretFile(file)) as string
}

async function readSecretFile(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, 'utf8')).trim()
    if (!/^[0-9a-f]{64}$/.test(text)) throw keysProblem('secret_file', { detail: { file } })
    return text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function createSecretFile(file: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${randomBytes(32).toString('hex')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft)
  }
}

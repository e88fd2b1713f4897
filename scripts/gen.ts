import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { environmentExample } from './gen/environment.ts'
import { errorsPage } from './gen/errors.ts'
import { openApiDocument } from './gen/openapi.ts'
import { sdkTypes } from './gen/sdk.ts'
import { securityPage } from './gen/security.ts'

/** Writes what is derived from the code; with `--check` only says whether what stands is current. */
const check = process.argv.includes('--check')

const security = securityPage()
const document = await openApiDocument()
const files: Record<string, string> = {
  'docs/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  'packages/sdk/src/generated/paths.ts': await sdkTypes(document),
  'docs/errors.md': errorsPage(),
  'docs/security.md': security.text,
  '.env.example': environmentExample(),
}

const stale: string[] = []
for (const [file, text] of Object.entries(files)) {
  const standing = await readFile(file, 'utf8').catch(() => undefined)
  if (standing === text) continue
  stale.push(file)
  if (check) continue
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

if (security.faults.length > 0) {
  process.stderr.write(`docs/security.md cannot be made as it should be:\n${security.faults.join('\n')}\n`)
  process.exitCode = 1
}
if (stale.length === 0) process.stdout.write('All generated files are current.\n')
else if (check) {
  process.stderr.write(`Not current: ${stale.join(', ')}. Run \`npm run gen\` and commit what it writes.\n`)
  process.exitCode = 1
} else process.stdout.write(`Wrote ${stale.join(', ')}.\n`)

import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { serviceFiles } from './new-service/files.ts'

/** Makes a service in the house shape with one passing test: `npm run new:service invoices`. */
const noun = process.argv[2]
if (noun === undefined || !/^(?=.{2,41}$)[a-z]+(-[a-z]+)*$/.test(noun)) {
  process.stderr.write('Say the noun, in lower case: npm run new:service invoices\n')
  process.exit(2)
}
const folder = `services/${noun}`
const holder = [folder, `packages/${noun}`, `apps/${noun}`, `packages/kernel/src/${noun}`].find(existsSync)
if (holder !== undefined) {
  process.stderr.write(`The name ${noun} is taken by ${holder}. Choose another noun.\n`)
  process.exit(1)
}
for (const [path, text] of Object.entries(serviceFiles(noun))) {
  await mkdir(dirname(`${folder}/${path}`), { recursive: true })
  await writeFile(`${folder}/${path}`, text)
}
process.stdout.write(
  [
    `Made ${folder}. Next:`,
    '  npm install                       links the new workspace',
    `  npm test ${folder}/test/*.test.ts  its first test passes`,
    '  add it to apps/server/platform.ts, and its permissions to services/identity/src/permissions.ts',
    '',
  ].join('\n'),
)

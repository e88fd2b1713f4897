// Plain JavaScript on purpose: an old Node must get as far as the sentence below.
import { existsSync } from 'node:fs'
import * as module from 'node:module'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 12)) {
  console.error(
    `Fanfare needs Node 24.12 or newer and found ${process.versions.node}. ` +
      'Run it through npm after `npm ci`, which brings the right one along.',
  )
  process.exit(1)
}
const [name, ...rest] = process.argv.slice(2)
const script = new URL(`./${name}.ts`, import.meta.url)
if (name === undefined || !existsSync(script)) {
  console.error(`There is no script "${name ?? ''}". \`npm run\` lists them.`)
  process.exit(2)
}
// Compiled code is kept between runs; worker threads learn of it by the variable.
module.enableCompileCache()
process.env.NODE_COMPILE_CACHE ??= module.getCompileCacheDir() ?? ''
process.argv.splice(2, Number.POSITIVE_INFINITY, ...rest)
await import(script.href)

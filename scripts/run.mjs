// Plain JavaScript on purpose: an old Node must get as far as the sentence below.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 12)) {
  console.error(
    `Fanfare needs Node 24.12 or newer and found ${process.versions.node}. ` +
      'Run it through npm after `npm ci`, which brings the right one along.',
  )
  process.exit(1)
}
const [name, ...rest] = process.argv.slice(2)
process.argv.splice(2, Number.POSITIVE_INFINITY, ...rest)
await import(`./${name}.ts`)

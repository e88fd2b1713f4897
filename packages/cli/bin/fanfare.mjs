#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must get as far as the sentence below.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 12)) {
  console.error(
    `Fanfare needs Node 24.12 or newer and found ${process.versions.node}. ` +
      'Run it as `npx fanfare` in its folder after `npm ci`, which brings the right one along.',
  )
  process.exit(1)
}
await import('../src/main.ts')

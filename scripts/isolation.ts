import { runIsolation } from '../apps/server/test/isolation/isolation.ts'

/** Tries every route as everybody, with another workspace's ids in every place: `npm run -s isolation -- --json`. */
const began = performance.now()
const { findings, ...figures } = await runIsolation()
const { routes, covered, cells, leaks } = figures
const seconds = ((performance.now() - began) / 1_000).toFixed(1)
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`)
else process.stdout.write(`${covered} of ${routes} routes in ${cells} cells, ${leaks} leaks, ${seconds} s\n`)
for (const finding of findings) process.stderr.write(`${finding}\n`)
process.exitCode = findings.length === 0 ? 0 : 1

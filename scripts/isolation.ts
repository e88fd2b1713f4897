import { runIsolation } from '../apps/server/test/isolation/isolation.ts'

/** Tries every route as a stranger with another workspace's ids: `npm run -s isolation -- --json`. */
const { findings, ...figures } = await runIsolation()
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`)
else process.stdout.write(`${figures.covered} of ${figures.routes} routes tried, ${figures.leaks} leaks\n`)
for (const finding of findings) process.stderr.write(`${finding}\n`)
process.exitCode = findings.length === 0 ? 0 : 1

import { run } from './processes.ts'

/** The browser run: the product started as a person starts it, and driven through the console. */
const { code } = await run('node', ['--test', '--test-concurrency=1', '--test-timeout=600000', 'e2e/*.test.ts'], {
  show: true,
})
process.exit(code)

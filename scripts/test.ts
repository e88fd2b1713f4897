import { run } from './processes.ts'

/**
 * The whole test suite: the server's with node:test on PGlite, or on PostgreSQL where DATABASE_URL is set, then the console's
 * with Vitest. Words given are files or patterns of the server's tests.
 */
const given = process.argv.slice(2)
const patterns =
  given.length > 0
    ? given
    : [
        'packages/*/{src,test}/**/*.test.ts',
        'services/*/{src,test}/**/*.test.ts',
        'apps/server/test/**/*.test.ts',
        'bench/**/*.test.ts',
        'scripts/crash/*.test.ts',
      ]

const server = await run('node', ['--test', '--test-concurrency=2', '--test-timeout=300000', ...patterns], {
  show: true,
})
const browser = given.length > 0 ? { code: 0 } : await run('vitest', ['run', '--root', 'apps/console'], { show: true })
process.exit(server.code || browser.code)

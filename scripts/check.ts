import { runAll } from './processes.ts'

/** Everything that can be said without running the product: format, lint, types, guards. */
await runAll([
  { name: 'types', command: 'tsc', words: ['-p', '.'] },
  { name: 'console types', command: 'tsc', words: ['-p', 'apps/console'] },
  { name: 'format and lint', command: 'biome', words: ['ci', '--colors=off', '--error-on-warnings', '.'] },
  { name: 'guards', command: 'node', words: ['--test', '--test-reporter=dot', 'scripts/guards/*.test.ts'] },
])

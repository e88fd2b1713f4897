import { spawn } from 'node:child_process'

/** The server restarted on every change of its files, and the console served by Vite with the API passed through. */
const server = spawn(
  'node',
  ['--watch', '--watch-path=packages', '--watch-path=services', '--watch-path=apps/server', 'scripts/run.mjs', 'start'],
  { stdio: 'inherit' },
)
const browser = spawn('vite', ['apps/console'], { stdio: 'inherit' })

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.kill(signal)
    browser.kill(signal)
  })
}

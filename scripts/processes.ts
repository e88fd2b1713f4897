import { spawn } from 'node:child_process'

export interface Outcome {
  readonly code: number
  readonly output: string
  readonly tookMs: number
}

/** Runs a command to its end with its output kept, or shown as it comes. */
export function run(
  command: string,
  words: readonly string[],
  options: { show?: boolean; environment?: Readonly<Record<string, string>>; folder?: string } = {},
): Promise<Outcome> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
      env: { ...process.env, ...options.environment },
      cwd: options.folder,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output, tookMs: Math.round(performance.now() - began) }))
  })
}

/** Runs commands two at a time (the machines have two cores) and prints what failed. Exits with 1 when any did. */
export async function runAll(
  tasks: readonly { name: string; command: string; words: readonly string[] }[],
): Promise<void> {
  const queue = [...tasks]
  let failed = 0
  const worker = async () => {
    for (let task = queue.shift(); task; task = queue.shift()) {
      const { code, output, tookMs } = await run(task.command, task.words)
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${task.name} (${(tookMs / 1000).toFixed(1)} s)\n`)
      if (code === 0) continue
      failed += 1
      process.stdout.write(`${output}\n`)
    }
  }
  await Promise.all([worker(), worker()])
  if (failed > 0) process.exit(1)
}

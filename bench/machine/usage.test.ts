import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { usageOf } from './usage.ts'

test('the work of a process and of its children is counted', async (t) => {
  if (!existsSync('/proc/self/stat')) return t.skip('this system has no /proc')
  const before = usageOf(process.pid)
  // By the processor's time, not the clock's: on a busy machine the two have little to do with each other.
  const spin = 'while (process.cpuUsage().user < 400_000);'
  const child = spawn(process.execPath, ['-e', `${spin} setTimeout(() => {}, 60_000); console.log(1)`])
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const during = usageOf(process.pid)
  child.kill()
  await new Promise((resolve) => child.once('close', resolve))
  const after = usageOf(process.pid)

  assert.ok(before && during && after)
  assert.ok(during.cpuMicroseconds - before.cpuMicroseconds > 300_000, 'the child runs and is counted')
  assert.ok(after.cpuMicroseconds >= during.cpuMicroseconds, 'the child has ended and is still counted')
  assert.ok(during.peakRssMb > before.peakRssMb)
  assert.equal(usageOf(2 ** 30), undefined)
})

import { type BareRun, sendBare } from './client.ts'

process.once('message', async (run: BareRun) => {
  const figures = await sendBare(run)
  process.send?.(figures)
  process.disconnect?.()
})

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { problem } from '../errors.ts'
import { type Box, type Drawn, type DrawOrder, maxPixels, maxSide } from './draw-picture.ts'
import { endsCleanly, type PictureType, typeOfPicture } from './picture-type.ts'
import { faultInSvg } from './svg.ts'

export const maxPictureBytes = 1_048_576

/** A picture that was drawn anew, as PNG. */
export interface Picture {
  readonly bytes: Buffer
  readonly width: number
  readonly height: number
}

export interface Pictures {
  /**
   * Draws a stranger's picture anew to fit a box. Problems: `picture_type`, `picture_mismatch`, `picture_refused`,
   * `picture_too_large`, `picture_unreadable`.
   */
  draw(bytes: Buffer, declared: string, box: Box): Promise<Picture>
}

/** At most two at a time, each in a process that ends after `timeoutMs`, however the picture was made to last. */
export function createPictures({ timeoutMs }: { timeoutMs: number }): Pictures {
  const waiting: (() => void)[] = []
  let running = 0
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= 2) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
  return {
    async draw(bytes, declared, box) {
      const type = checkPicture(bytes, declared)
      const drawn = await inTurn(() => drawApart({ bytes, type, box }, timeoutMs))
      if (!('fault' in drawn)) return { ...drawn, bytes: Buffer.from(drawn.bytes) }
      if (drawn.fault === 'unreadable') throw problem('picture_unreadable')
      throw problem('picture_too_large', { detail: { maxSide, megapixels: Math.floor(maxPixels / 1_000_000) } })
    },
  }
}

/** What can be told from the bytes alone, before anything decodes them. */
export function checkPicture(bytes: Buffer, declared: string): PictureType {
  const type = typeOfPicture(bytes)
  if (type === undefined) throw problem('picture_type')
  if (type !== declared) throw problem('picture_mismatch', { detail: { declared: declared.slice(0, 100), type } })
  if (!endsCleanly(bytes, type)) throw refused('holds something behind the picture; save it anew')
  const fault = type === 'image/svg+xml' ? faultInSvg(bytes) : undefined
  if (fault !== undefined) throw refused(fault)
  return type
}

function refused(reason: string) {
  return problem('picture_refused', { detail: { reason } })
}

const program = fileURLToPath(new URL('./picture-process.ts', import.meta.url))

function drawApart(order: DrawOrder, timeoutMs: number): Promise<Drawn> {
  return new Promise((resolve) => {
    const child = fork(program, [], {
      env: {},
      execArgv: ['--max-old-space-size=64'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    // A process that was killed or fell over has read nothing that could be shown.
    child.once('close', () => resolve({ fault: 'unreadable' }))
    child.once('error', () => resolve({ fault: 'unreadable' }))
    child.once('message', (drawn) => resolve(drawn as Drawn))
    child.send(order, () => {})
  })
}

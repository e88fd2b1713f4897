/** A page is not told more often; between two tellings text is collected. */
const pieceEveryMs = 50
/** What is kept of a step's text. */
const maxLength = 40_000

export interface TextStream {
  /** All that was written so far. */
  readonly text: string
  write(text: string): void
  /** Sends what is left. Nothing is sent after it. */
  end(): void
}

/** Collects text and passes it on in pieces, the first at once and the others at least 50 ms apart. */
export function createTextStream(send: (piece: string) => void): TextStream {
  let text = ''
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    if (waiting === '') return
    const piece = waiting
    waiting = ''
    send(piece)
    timer = setTimeout(flush, pieceEveryMs)
  }
  return {
    get text() {
      return text
    },
    write(added) {
      const kept = added.slice(0, maxLength - text.length)
      text += kept
      waiting += kept
      if (timer === undefined) flush()
    },
    end() {
      clearTimeout(timer)
      if (waiting !== '') send(waiting)
      waiting = ''
    },
  }
}

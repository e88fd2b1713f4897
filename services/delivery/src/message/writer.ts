const blockBytes = 64 * 1_024

/**
 * Puts ASCII texts one behind the other, many messages to a block of memory. Several times cheaper than joining strings,
 * which are copied once more when they are joined for good and again when they are written.
 */
export class AsciiWriter {
  #block = Buffer.allocUnsafeSlow(blockBytes)
  #start = 0
  #at = 0

  /** Starts a message; one that was not finished is gone. */
  begin(): void {
    this.#at = this.#start
  }

  add(text: string): void {
    if (this.#at + text.length > this.#block.length) this.#grow(text.length)
    this.#at += this.#block.write(text, this.#at, 'latin1')
  }

  /** The message; nothing writes over it afterwards. */
  finish(): Buffer {
    const message = this.#block.subarray(this.#start, this.#at)
    this.#start = this.#at
    return message
  }

  #grow(octets: number): void {
    const begun = this.#block.subarray(this.#start, this.#at)
    this.#block = Buffer.allocUnsafeSlow(Math.max(blockBytes, 2 * (begun.length + octets)))
    begun.copy(this.#block)
    this.#start = 0
    this.#at = begun.length
  }
}

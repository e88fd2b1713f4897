import type { AcceptedMessage } from './conversation.ts'

/** What was accepted, and how often the same. */
export interface Counts {
  /** Copies: a message to two recipients is two. */
  readonly messages: number
  /** Different addresses among them. */
  readonly recipients: number
  /** Copies beyond the first one to the same address. */
  readonly duplicates: number
  readonly bytes: number
}

/** One accepted copy. */
export interface Copy {
  readonly recipient: string
  /** With its angle brackets, as in the header; empty when there is none. */
  readonly messageId: string
}

/** Counts accepted messages by recipient and, when it records, keeps every copy in order. */
export class Tally {
  readonly #records: boolean
  readonly #copies = new Map<string, number>()
  #record: Copy[] = []
  #messages = 0
  #bytes = 0

  constructor(records: boolean) {
    this.#records = records
  }

  add({ recipients, content, bytes }: AcceptedMessage): void {
    const messageId = this.#records && content ? messageIdIn(content) : ''
    for (const recipient of recipients) {
      this.#messages += 1
      this.#copies.set(recipient, (this.#copies.get(recipient) ?? 0) + 1)
      if (this.#records) this.#record.push({ recipient, messageId })
    }
    this.#bytes += bytes
  }

  counts(): Counts {
    const recipients = this.#copies.size
    return { messages: this.#messages, recipients, duplicates: this.#messages - recipients, bytes: this.#bytes }
  }

  /** Addresses with more than one copy, and how many. */
  duplicates(): [string, number][] {
    return [...this.#copies].filter(([, copies]) => copies > 1)
  }

  /** Those of the addresses that got nothing. */
  missing(expected: readonly string[]): string[] {
    return expected.filter((recipient) => !this.#copies.has(recipient))
  }

  record(): readonly Copy[] {
    return this.#record
  }

  reset(): void {
    this.#copies.clear()
    this.#record = []
    this.#messages = 0
    this.#bytes = 0
  }
}

function messageIdIn(content: Buffer): string {
  const end = content.indexOf('\r\n\r\n')
  const head = content.toString('latin1', 0, end < 0 ? content.length : end)
  return /^message-id:\s*(<[^>]*>)/im.exec(head)?.[1] ?? ''
}

import type { Ending } from '../engine/outcomes.ts'

/**
 * A text with holes: `literals` has one entry more than there are holes, and a recipient's pieces go between them. The
 * literals are those of the whole campaign, the same array for every recipient.
 */
export interface HoledText {
  readonly literals: readonly string[]
}

/** The texts that all recipients of a variant share. Two letters with the same `shared` object differ only in their pieces. */
export interface SharedTexts {
  readonly subject: HoledText
  readonly html: HoledText
  readonly text: HoledText
}

/** What fills the holes for one recipient: one piece fewer than literals, already escaped for where it stands. */
export interface Pieces {
  readonly subject: readonly string[]
  readonly html: readonly string[]
  readonly text: readonly string[]
}

export interface Attachment {
  readonly fileName: string
  readonly contentType: string
  /** Set for a picture that the HTML shows by `cid:`. */
  readonly contentId: string | undefined
  readonly content: Buffer
}

/** One message to one recipient, for a provider that composes itself. Addresses have passed `wireAddress`. */
export interface Letter {
  readonly deliveryId: string
  /** Comes back in everything said of this message: see `encodeTag`. */
  readonly tag: string
  /** Without its angle brackets. */
  readonly messageId: string
  readonly from: { readonly name: string; readonly address: string }
  readonly replyTo: string
  readonly to: string
  /** Besides those above: `List-Unsubscribe` and what a caller of the API set. Values hold no line breaks. */
  readonly headers: Readonly<Record<string, string>>
  readonly shared: SharedTexts
  readonly pieces: Pieces
  readonly attachments: readonly Attachment[]
}

/** A text with its holes filled. */
export function fill({ literals }: HoledText, pieces: readonly string[]): string {
  let text = literals[0] ?? ''
  for (let index = 0; index < pieces.length; index++) text += `${pieces[index]}${literals[index + 1] ?? ''}`
  return text
}

/** A way out by a provider's API. */
export interface ProviderClient {
  /** How many letters one call may carry. */
  readonly batch: number
  /**
   * Hands letters over, at most `batch` of them, and says what became of each, in their order. Never throws: what went
   * wrong with the call is the ending of all its letters. A call that may have been taken although no answer came is
   * `lost` at `content`; one that certainly was not is `lost` at `mail`.
   */
  send(letters: readonly Letter[]): Promise<readonly Ending[]>
}

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

/**
 * Why a way out cannot be used now. No letter is at fault: everybody stays pending and no attempt counts.
 * - `credentials`: the key was refused. `account`: the account or its settings do not allow it. Both need a person.
 * - `quota`: what the account may send in a day or month is used up. `limited`: asked to slow down (429).
 * - `unreachable`: no connection. `failing`: the provider's own errors. `unanswered`: calls get no answer, so that every
 *   letter in one is in doubt.
 */
export const troubleKinds = [
  'credentials',
  'account',
  'quota',
  'limited',
  'unreachable',
  'failing',
  'unanswered',
] as const
export type TroubleKind = (typeof troubleKinds)[number]

export interface WayOutTrouble {
  readonly kind: TroubleKind
  readonly text: string
  /** Not to be tried again before; undefined when the other side did not say. */
  readonly retryAfterMs: number | undefined
}

/** What became of letters handed over. */
export interface HandOver {
  /** One a letter, in their order. */
  readonly endings: readonly Ending[]
  /**
   * Set when the way out is not to be used for now. Letters that ended `lost` at `mail` beside it were certainly not taken
   * and are to go back to the queue uncounted; the endings of all others stand.
   */
  readonly trouble: WayOutTrouble | undefined
}

/** Goes along with the calls that a hand-over takes. */
export interface SendProgress {
  /** Asked before each call; after a no, the letters that are left were never begun. */
  mayGoOn(): boolean
  /** Right before the first byte of a call: the places of the letters in it. */
  begin(places: readonly number[]): void
}

/** How a provider says our account stands. */
export interface AccountStanding {
  readonly state: 'pass' | 'warn' | 'fail'
  /** A sentence for a person, with the quota where the provider tells one. */
  readonly text: string
}

/**
 * A way out by a provider's API. None of the three offers idempotency for sending, so a call whose answer was lost is never
 * repeated by the client.
 *
 * An ending alone could not say that an account was refused while some of a batch were taken (SES answers for each entry of
 * a bulk call), so `send` resolves to a `HandOver`, not to endings only.
 */
export interface ProviderClient {
  /** How many letters one call of `send` may take. */
  readonly batch: number
  /** Largest message, attachments encoded and headers included, that the provider takes. */
  readonly maxMessageBytes: number
  /**
   * Hands letters over, at most `batch` of them, and says what became of each. Never throws. A letter that may have been
   * taken although no answer came is `lost` at `content`; one that certainly was not is `lost` at `mail`.
   */
  send(letters: readonly Letter[], progress?: SendProgress): Promise<HandOver>
  /** Asks the provider how the account stands, by a harmless authenticated GET. Never throws. */
  check(): Promise<AccountStanding>
}

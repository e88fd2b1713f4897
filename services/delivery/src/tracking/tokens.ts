import { hash, timingSafeEqual } from 'node:crypto'
import type { Keys } from '@fanfare/kernel'
import { uuidOf } from '../uuid.ts'
import { decodeFirstForm } from './first-tokens.ts'
import { type TokenPurpose, type TrackingToken, tokenPurposes } from './token.ts'

/** Every token of one message. */
export interface DeliveryTokens {
  readonly unsubscribe: string
  readonly preferences: string
  readonly open: string
  /** In the order of the links that the maker was made with. */
  readonly clicks: readonly string[]
}
export type TokenMaker = (deliveryId: string) => DeliveryTokens

/** The delivery id of links in a test message: they show their page and change nothing. */
export const testDeliveryId = '00000000-0000-0000-0000-000000000000'
/** The link id of a click on what only a machine follows. */
export const honeypotLinkId = '0000000000000000'

/**
 * What tells of opens and clicks is signed apart from what changes consent. A hit's tag is shorter: whoever guesses one has
 * made one false click.
 */
const kinds = {
  click: { key: 'delivery.hit', tagLength: 12 },
  open: { key: 'delivery.hit', tagLength: 12 },
  unsubscribe: { key: 'delivery.consent', tagLength: 24 },
  preferences: { key: 'delivery.consent', tagLength: 24 },
} as const satisfies Record<TokenPurpose, { key: string; tagLength: number }>

const idBytes = 16
const linkBytes = 8
/** Base64url of 16 and of 8 bytes. */
const idLength = 22
const linkLength = 11

/**
 * Makes tokens of one workspace's messages: `tenant delivery [link] tag`, each part base64url by itself, so that all but
 * the tags is written once. One HMAC over tenant and delivery gives each kind its key for this delivery; a tag is the hash
 * of that key, the purpose and the link, cut to 72 bits of a hit or 144 of consent. The key has a fixed length and so has
 * what follows, and no whole hash is ever shown, so nothing can be appended to a tag.
 *
 * @param linkIds of the links in the message, 16 hexadecimal digits each
 */
export function createTokenMaker(
  keys: Pick<Keys, 'sign'>,
  tenantId: string,
  linkIds: readonly string[] = [],
): TokenMaker {
  const head = headOf(tenantId, testDeliveryId)
  const tenantWord = head.toString('base64url', 0, idBytes)
  const tagOf = createTagger()
  const links = linkIds.map(linkOf)
  return (deliveryId) => {
    writeId(head, idBytes, deliveryId)
    const names = tenantWord + head.toString('base64url', idBytes, 2 * idBytes)
    const consent = keys.sign(kinds.unsubscribe.key, head)
    const hit = keys.sign(kinds.click.key, head)
    const click = ({ bytes, word }: Link) => names + word + tagOf(hit, 'click', bytes)
    return {
      unsubscribe: names + tagOf(consent, 'unsubscribe'),
      preferences: names + tagOf(consent, 'preferences'),
      open: names + tagOf(hit, 'open'),
      clicks: links.map(click),
    }
  }
}

/** One token; whoever writes whole messages uses `createTokenMaker`. */
export function encodeToken(keys: Pick<Keys, 'sign'>, purpose: TokenPurpose, token: TrackingToken): string {
  const head = headOf(token.tenantId, token.deliveryId)
  const link = purpose === 'click' ? linkOf(token.linkId ?? honeypotLinkId) : undefined
  const tag = createTagger()(keys.sign(kinds[purpose].key, head), purpose, link?.bytes)
  return (
    head.toString('base64url', 0, idBytes) + head.toString('base64url', idBytes, 2 * idBytes) + (link?.word ?? '') + tag
  )
}

/** What the token says, or undefined when it was not made here for this purpose. Reads the first form of tokens too. */
export function decodeToken(
  keys: Pick<Keys, 'verify' | 'signatures'>,
  purpose: TokenPurpose,
  text: string,
): TrackingToken | undefined {
  const { key, tagLength } = kinds[purpose]
  const tagAt = 2 * idLength + (purpose === 'click' ? linkLength : 0)
  if (text.length !== tagAt + tagLength) return decodeFirstForm(keys, purpose, text)
  const head = Buffer.alloc(2 * idBytes)
  const link = purpose === 'click' ? Buffer.alloc(linkBytes) : undefined
  // Another spelling of the same bytes is another token.
  if (!readWord(head, 0, idBytes, text.slice(0, idLength))) return undefined
  if (!readWord(head, idBytes, idBytes, text.slice(idLength, 2 * idLength))) return undefined
  if (link && !readWord(link, 0, linkBytes, text.slice(2 * idLength, tagAt))) return undefined
  const tagOf = createTagger()
  const tag = Buffer.from(text.slice(tagAt))
  const isOurs = keys.signatures(key, head).some((secret) => isSame(Buffer.from(tagOf(secret, purpose, link)), tag))
  if (!isOurs) return undefined
  const token = { tenantId: uuidOf(head.subarray(0, idBytes)), deliveryId: uuidOf(head.subarray(idBytes)) }
  return link ? { ...token, linkId: link.toString('hex') } : token
}

interface Link {
  readonly bytes: Buffer
  readonly word: string
}

function linkOf(linkId: string): Link {
  const bytes = Buffer.from(linkId, 'hex')
  if (bytes.length !== linkBytes) throw new Error(`A link id is ${linkBytes * 2} hexadecimal digits, not ${linkId}`)
  return { bytes, word: bytes.toString('base64url', 0, linkBytes) }
}

function createTagger() {
  const sealed = Buffer.alloc(idBytes + 1 + linkBytes)
  return (secret: Uint8Array, purpose: TokenPurpose, link?: Uint8Array): string => {
    sealed.set(secret)
    sealed[idBytes] = tokenPurposes[purpose]
    if (link) sealed.set(link, idBytes + 1)
    else sealed.fill(0, idBytes + 1)
    return hash('sha256', sealed, 'base64url').slice(0, kinds[purpose].tagLength)
  }
}

function headOf(tenantId: string, deliveryId: string): Buffer {
  const head = Buffer.alloc(2 * idBytes)
  writeId(head, 0, tenantId)
  writeId(head, idBytes, deliveryId)
  return head
}

function writeId(bytes: Buffer, at: number, uuid: string): void {
  bytes.write(uuid.replaceAll('-', ''), at, 'hex')
}

/** False when the word is not how these bytes are written. */
function readWord(bytes: Buffer, at: number, length: number, word: string): boolean {
  bytes.write(word, at, length, 'base64url')
  return bytes.toString('base64url', at, at + length) === word
}

function isSame(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given)
}

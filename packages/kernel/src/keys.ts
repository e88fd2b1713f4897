import { token } from './token.ts'

/**
 * Cryptography with the installation's one master key (`FANFARE_SECRET`, or a file of mode 0600 made in the data folder):
 * a key of its own is derived for every purpose, so nothing made for one is accepted for another.
 */
export interface Keys {
  /** Encrypts with AES-256-GCM; `context` (tenant, table, column, row) is bound to the result. Text: `v1.<base64url>`, with the key's id inside. */
  seal(plain: string, context: string): string
  /** Reverses `seal`. Problem `keys.unreadable` when the text, the context or the master key is another. */
  open(sealed: string, context: string): string
  /** 16 bytes of HMAC-SHA-256 over the payload, for tokens in links. */
  sign(purpose: string, payload: Uint8Array): Uint8Array
  /**
   * The signature of a payload under each secret that still counts, the current one first: for keys that are derived from a
   * signature and must be found again after a rotation.
   */
  signatures(purpose: string, payload: Uint8Array): readonly Uint8Array[]
  /**
   * Compares in constant time.
   * @param bytes how many bytes of each signature were kept where there is no room for all 16; less than 6 can be guessed
   */
  verify(purpose: string, payload: Uint8Array, signature: Uint8Array, bytes?: number): boolean
  /** Signatures that others can check without the secret. Made from the secret, so the key of a purpose is always the same. */
  ed25519(purpose: string): SigningKey
}

/** An Ed25519 key (RFC 8032). */
export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** 64 bytes, under the current secret. */
  sign(payload: Uint8Array): Uint8Array
  /** Whether the payload was signed under the current secret or one of before. */
  verify(payload: Uint8Array, signature: Uint8Array): boolean
}

export const Keys = token<Keys>()('keys')

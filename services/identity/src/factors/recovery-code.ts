import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'

/** Crockford's alphabet: nothing in it looks like something else in it. https://www.crockford.com/base32.html */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const length = 12
export const recoveryCodeCount = 10

/** A code of 60 bits as people write it down: `k3f9-7w2m-q8xd`. */
export function recoveryCodeOf(random: Uint8Array): string {
  const letters = [...random.subarray(0, length)].map((byte) => alphabet[byte & 31]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

/** The code as it was made, whatever a person does to it: case, spaces, dashes, O for 0, I or L for 1. Undefined when it is none. */
export function readRecoveryCode(typed: string): string | undefined {
  const letters = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  const valid = letters.length === length && [...letters].every((letter) => alphabet.includes(letter))
  return valid ? letters : undefined
}

const derive = promisify<string, string, number, { N: number }, Buffer>(scrypt)

/** Slow and salted, as ASVS 6.5.2 asks for secrets below 112 bits; call it outside of any transaction. */
export async function hashRecoveryCode(code: string, salt: string): Promise<string> {
  return (await derive(code, salt, 32, { N: 16_384 })).toString('base64url')
}

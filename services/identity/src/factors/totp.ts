import { generateURI, ScureBase32Plugin, verifySync } from 'otplib'

const stepSeconds = 30

/**
 * The time step of a code, when it is of the step now or of the one before or after (RFC 6238 §5.2); else undefined. The
 * caller takes each step at most once.
 */
export function totpStep(secret: string, code: string, now: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const epoch = Math.floor(now.getTime() / 1_000)
  const result = verifySync({ secret, token: code, epoch, epochTolerance: stepSeconds })
  return result.valid && 'timeStep' in result ? result.timeStep : undefined
}

/** What the QR code says to an authenticator app: https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function totpUri({ secret, email, product }: { secret: string; email: string; product: string }): string {
  return generateURI({ issuer: product, label: email, secret })
}

/** How authenticator apps take a secret (RFC 4648 §6, without padding). */
export function base32Of(secret: Uint8Array): string {
  return new ScureBase32Plugin().encode(secret)
}

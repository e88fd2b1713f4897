/** Enough of an address for its owner to know it, and too little to write to: what the trail keeps after an account is gone. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, 1)}…${email.slice(at)}`
}

import type { HttpConfig } from './config.ts'

/** For the console's own pages, and harmless on everything else. A reply may bring a policy of its own. */
const pagePolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "font-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "frame-src 'self'",
  "frame-ancestors 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join(';')

const headers = {
  'content-security-policy': pagePolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
}

/**
 * What every reply tells a browser, made once instead of for each request. The set is that of the OWASP Secure Headers
 * Project: https://owasp.org/www-project-secure-headers/
 */
export function securityHeaders({ publicUrl, hstsSubdomains }: HttpConfig): Readonly<Record<string, string>> {
  if (!publicUrl?.startsWith('https:')) return headers
  const subdomains = hstsSubdomains ? '; includeSubDomains' : ''
  return { ...headers, 'strict-transport-security': `max-age=31536000${subdomains}` }
}

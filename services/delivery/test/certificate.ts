import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate that nobody vouches for, with its key. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Node makes no certificates, so openssl does. */
export const canCertify = spawnSync('openssl', ['version']).status === 0

/** Undefined where there is no openssl. @param name a host that it is for */
export function makeCertificate(name: string): Certificate | undefined {
  if (!canCertify) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-certificate-'))
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const about = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-days', '2']
  try {
    execFileSync('openssl', ['req', '-x509', ...curve, ...about, '-keyout', keyFile, '-out', certFile], {
      stdio: 'ignore',
    })
    return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

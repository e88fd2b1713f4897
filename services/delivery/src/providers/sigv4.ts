import { createHash, createHmac } from 'node:crypto'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface UnsignedRequest {
  readonly method: string
  readonly url: URL
  /** Signed as they are, besides `host` and the date. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The headers with a date and a signature, Version 4, for services that normalise paths (all but S3); for paths that need no
 * encoding. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signRequest(
  { accessKeyId, secretAccessKey }: AwsCredentials,
  scope: { readonly region: string; readonly service: string; readonly now: Date },
  { method, url, headers, body }: UnsignedRequest,
): Record<string, string> {
  const time = scope.now.toISOString().replace(/\.\d+|[-:]/g, '')
  const day = time.slice(0, 8)
  const signed = { ...lowerCased(headers), host: url.host, 'x-amz-date': time }
  const names = Object.keys(signed).sort()
  const canonical = [
    method,
    url.pathname,
    queryOf(url),
    ...names.map((name) => `${name}:${(signed as Record<string, string>)[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n')
  const within = `${day}/${scope.region}/${scope.service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, within, sha256(canonical)].join('\n')
  const key = [day, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  const signature = hmac(key, text).toString('hex')
  return {
    ...lowerCased(headers),
    'x-amz-date': time,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${within}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')]),
  )
}

/** Names and values encoded as RFC 3986 has it, sorted. */
function queryOf({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

import type { z } from 'zod'
import type { NewSender } from '../../src/contract.ts'
import type { Answer, Double } from './double.ts'
import { mailgunDomain, mailgunKey, openMailgunDouble } from './mailgun.ts'
import { openSendGridDouble, sendGridKey } from './sendgrid.ts'
import { openSesDouble, sesError, sesKey, sesRegion } from './ses.ts'

type SenderChange = Pick<z.input<typeof NewSender>, 'kind' | 'password' | 'provider'>

/** A provider with its double, a sender that fits, and how the vendor says that something is wrong. */
export interface Vendor {
  readonly kind: 'sendgrid' | 'mailgun' | 'ses'
  open(): Promise<Double>
  readonly sender: SenderChange
  /** Letters that one call takes. */
  readonly most: number
  readonly says: Readonly<Record<'badKey' | 'slowDown' | 'quota' | 'broken' | 'notAllowed', Answer>>
}

const sendGridError = (status: number, message: string, field: string | null = null) => ({
  status,
  body: { errors: [{ message, field, help: null }] },
})

export const vendors: readonly Vendor[] = [
  {
    kind: 'sendgrid',
    open: openSendGridDouble,
    sender: { kind: 'sendgrid', password: sendGridKey, provider: { kind: 'sendgrid' } },
    most: 1_000,
    says: {
      badKey: sendGridError(401, 'The provided authorization grant is invalid, expired, or revoked'),
      slowDown: { ...sendGridError(429, 'too many requests'), headers: { 'retry-after': '2' } },
      quota: sendGridError(401, 'Maximum credits exceeded'),
      broken: sendGridError(500, 'Internal Server Error'),
      notAllowed: sendGridError(403, 'The from address does not match a verified Sender Identity.', 'from'),
    },
  },
  {
    kind: 'mailgun',
    open: openMailgunDouble,
    sender: { kind: 'mailgun', password: mailgunKey, provider: { kind: 'mailgun', domain: mailgunDomain } },
    most: 1_000,
    says: {
      badKey: { status: 401, body: 'Forbidden' },
      slowDown: { status: 429, headers: { 'retry-after': '2' }, body: { message: 'Too many requests' } },
      quota: { status: 420, body: { message: 'Domain mg.sender.example: daily messages limit reached' } },
      broken: { status: 500, body: { message: 'Internal server error' } },
      notAllowed: {
        status: 403,
        body: { message: 'Domain mg.sender.example is not allowed to send: it is unverified' },
      },
    },
  },
  {
    kind: 'ses',
    open: openSesDouble,
    sender: {
      kind: 'ses',
      password: sesKey.secretAccessKey,
      provider: { kind: 'ses', region: sesRegion, accessKeyId: sesKey.accessKeyId },
    },
    most: 50,
    says: {
      badKey: sesError(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
      slowDown: {
        ...sesError(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.'),
        headers: { 'x-amzn-errortype': 'TooManyRequestsException', 'retry-after': '2' },
      },
      quota: sesError(400, 'LimitExceededException', 'Daily message quota exceeded'),
      broken: sesError(500, 'InternalFailure', 'The request processing has failed because of an unknown error.'),
      notAllowed: sesError(400, 'SendingPausedException', 'Email sending is paused for your account.'),
    },
  },
]

/** The config that leads a provider's client to its double. */
export function configFor(kind: Vendor['kind'], url: string): Record<string, string> {
  return { [`${kind}Url`]: url }
}

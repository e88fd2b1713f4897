import { z } from 'zod'
import { Tokens } from './session.ts'

/** `email` and `sms` are codes that are sent; `totp` is an authenticator app. */
export const factorKinds = ['totp', 'passkey', 'email', 'sms'] as const
export type FactorKind = (typeof factorKinds)[number]

const FactorName = z.string().trim().min(1).max(100)

export const Factor = z.object({
  id: z.uuid(),
  kind: z.enum(factorKinds),
  name: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
})
export type Factor = z.infer<typeof Factor>

export const Factors = z.object({
  rows: z.array(Factor),
  recoveryCodesLeft: z.int(),
  offered: z
    .array(z.enum(factorKinds))
    .describe('What can be added here: SMS wants a vendor, passkeys a host name with https or localhost'),
})
export type Factors = z.infer<typeof Factors>

export const RenamedFactor = z.object({ name: FactorName })
export const NewFactor = z.object({ name: FactorName.optional() })
/** The only reply that ever holds the secret: as a QR code's text and to type by hand. */
export const NewTotp = z.object({ factorId: z.uuid(), secret: z.string(), uri: z.string() })
export const NewSms = z.object({
  phone: z
    .string()
    .trim()
    .transform((typed) => typed.replaceAll(/[\s().-]/g, ''))
    .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, 'Write the number with its country, such as +49 151 23456789')),
})
export const SentCode = z.object({
  factorId: z.uuid(),
  to: z.string().describe('Where the code went, partly hidden'),
})

export const Code = z.object({ code: z.string().trim().min(1).max(20) })
/** What adding a factor answers: codes come with the first one only, and are never shown again. */
export const AddedFactor = z.object({ factor: Factor, recoveryCodes: z.array(z.string()).nullable() })
export type AddedFactor = z.infer<typeof AddedFactor>
export const RecoveryCodes = z.object({ codes: z.array(z.string()) })

const Base64Url = z
  .string()
  .max(100_000)
  .regex(/^[\w-]+$/, 'Give base64url')
const credential = {
  id: Base64Url,
  rawId: Base64Url,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
  clientExtensionResults: z.looseObject({}).default({}),
}

/** `RegistrationResponseJSON` of WebAuthn level 3, as `PublicKeyCredential.toJSON()` writes it. */
export const PasskeyRegistration = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: z.array(z.string().max(30)).max(10).optional(),
  }),
})
export type PasskeyRegistration = z.infer<typeof PasskeyRegistration>

/** `AuthenticationResponseJSON` of WebAuthn level 3. */
export const PasskeyAssertion = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Base64Url.optional(),
  }),
})
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>

export const NewPasskey = z.object({ name: FactorName, credential: PasskeyRegistration })
export const PasskeySignIn = z.object({ credential: PasskeyAssertion })

const PasskeyRef = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()).optional(),
})

/** `PublicKeyCredentialCreationOptionsJSON`: hand it to `navigator.credentials.create`. */
export const PasskeyCreation = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ alg: z.int(), type: z.literal('public-key') })),
  timeout: z.int(),
  excludeCredentials: z.array(PasskeyRef),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
})

/** `PublicKeyCredentialRequestOptionsJSON`: hand it to `navigator.credentials.get`. */
export const PasskeyRequest = z.object({
  rpId: z.string(),
  challenge: z.string(),
  timeout: z.int(),
  allowCredentials: z.array(PasskeyRef),
  userVerification: z.literal('required'),
})

export const proofMethods = ['password', 'passkey', 'totp', 'email_code', 'sms_code', 'recovery_code'] as const
export type ProofMethod = (typeof proofMethods)[number]

/** How the person of this session can prove who they are. */
export const ProofOptions = z.object({
  methods: z.array(z.enum(proofMethods)).describe('The best first'),
  email: z.string().nullable().describe('Where an email code would go, partly hidden'),
  phone: z.string().nullable().describe('The end of the number that an SMS would go to'),
})
export type ProofOptions = z.infer<typeof ProofOptions>

export const Proof = z.discriminatedUnion('method', [
  z.object({ method: z.literal('password'), password: z.string().max(256) }),
  z.object({ method: z.literal('passkey'), credential: PasskeyAssertion }),
  Code.extend({ method: z.enum(['totp', 'email_code', 'sms_code', 'recovery_code']) }),
])
export type Proof = z.infer<typeof Proof>

const NewTokens = Tokens.nullable().describe(
  'The new tokens of a program, whose former ones have ended; null for a browser, which has a new cookie',
)

/** What a proof made of the session. */
export const Proven = z.object({
  partial: z.boolean().describe('Whether a second factor is still owed'),
  tokens: NewTokens,
})
export const AddedFactorWithTokens = AddedFactor.extend({ tokens: NewTokens })

export const CodeRequest = z.object({ method: z.enum(['email_code', 'sms_code']) })

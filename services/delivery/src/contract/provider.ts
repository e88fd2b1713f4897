import { z } from 'zod'

/** Providers whose API sends for us. */
export const providerKinds = ['sendgrid', 'mailgun', 'ses'] as const
export type ProviderKind = (typeof providerKinds)[number]

const domainName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, 'Use a domain name, as mg.example.com')

export const SendGridSettings = z.object({
  kind: z.literal('sendgrid'),
  /** Where the account lives: https://www.twilio.com/docs/sendgrid/ui/account-and-settings/eu-data-residency */
  region: z.enum(['global', 'eu']).default('global'),
  /** The verification key that SendGrid shows beside its signed event webhook; empty until there is one. */
  verificationKey: z
    .string()
    .trim()
    .max(300)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'Use the verification key as SendGrid shows it, without its BEGIN and END lines')
    .default(''),
})

export const MailgunSettings = z.object({
  kind: z.literal('mailgun'),
  region: z.enum(['us', 'eu']).default('us'),
  /** The sending domain as it is set up at Mailgun. */
  domain: domainName,
})

/** A region where SES sends, as `eu-central-1`; the host of its API is made from it, so nothing else passes. */
export const awsRegion = /^[a-z]{2}(-gov)?-[a-z]{4,10}-\d$/

export const SesSettings = z.object({
  kind: z.literal('ses'),
  region: z.string().trim().max(30).regex(awsRegion, 'Use a region of AWS, as eu-central-1'),
  /** Of an IAM user that may `ses:SendEmail`, `ses:SendBulkEmail` and `ses:GetAccount`; its secret is the password. */
  accessKeyId: z
    .string()
    .trim()
    .regex(/^[A-Z0-9]{16,128}$/, 'Use the id of an access key, as AKIA…'),
  /** Empty for none; events come only of messages sent under one. */
  configurationSet: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_-]{0,64}$/, 'Use the name of a configuration set: letters, digits, - and _')
    .default(''),
  /** SNS topics whose messages are taken as events of this sender; any other is refused. */
  topicArns: z
    .array(
      z
        .string()
        .trim()
        .regex(
          /^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]{5,30}:\d{12}:[A-Za-z0-9_-]{1,256}$/,
          'Use the ARN of an SNS topic',
        ),
    )
    .max(10)
    .default([]),
})

/** What a provider needs to know besides the secret. */
export const ProviderSettings = z.discriminatedUnion('kind', [SendGridSettings, MailgunSettings, SesSettings])
export type ProviderSettings = z.infer<typeof ProviderSettings>
export type SettingsOf<K extends ProviderKind> = Extract<ProviderSettings, { kind: K }>

export function isProviderKind(kind: string): kind is ProviderKind {
  return (providerKinds as readonly string[]).includes(kind)
}

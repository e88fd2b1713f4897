import ipaddr from 'ipaddr.js'
import { z } from 'zod'

const list = () =>
  z
    .string()
    .or(z.array(z.string()))
    .transform((value) => (typeof value === 'string' ? value.split(',') : value))
    .transform((entries) => entries.map((entry) => entry.trim()).filter((entry) => entry !== ''))

const range = z.string().refine((value) => ipaddr.isValid(value) || ipaddr.isValidCIDR(value), {
  error: (issue) => `'${issue.input}' is no address or CIDR range, such as 10.0.0.0/8`,
})

const origin = z.string().refine((value) => URL.canParse(value) && new URL(value).origin === value, {
  error: (issue) => `'${issue.input}' is no origin, such as https://app.example.com`,
})

const publicUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL, such as https://fanfare.example.com' })
  .transform((value) => value.replace(/\/+$/, ''))

export const HttpConfig = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(8080).describe('0 takes any free port'),
  host: z.string().default('127.0.0.1').describe('0.0.0.0 or :: to be reached from other machines'),
  publicUrl: publicUrl.optional().describe('Base of every link; an https URL also makes cookies secure'),
  hosts: list()
    .transform((names) => names.map((name) => name.toLowerCase()))
    .default([])
    .describe('Other public names of the site; with a public URL, the console and the API answer to no further ones'),
  hstsSubdomains: z
    .stringbool()
    .default(true)
    .describe('With an https URL, browsers keep to https on subdomains of its host, too; false where one has none'),
  trustedProxies: list().pipe(z.array(range)).default([]).describe('Whose X-Forwarded-For is believed'),
  bodyLimitBytes: z.coerce.number().int().min(1_024).default(1_048_576),
  corsOrigins: list().pipe(z.array(origin)).default([]),
  rateLimitFactor: z.coerce.number().positive().default(1).describe("Multiplies every route's limit"),
})
export type HttpConfig = z.output<typeof HttpConfig>

import { z } from 'zod'
import { parseColour } from '../white-label/colours.ts'

/** What the product is called where nobody gave it another name. */
export const productName = 'Fanfare'

/** One line of words: nothing that could end a header or draw over another line. */
const Line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u, 'Use one line of plain text')

const Colour = z
  .string()
  .max(9)
  .refine((text) => parseColour(text) !== undefined, 'Give the colour as #rrggbb')
  .transform((text) => parseColour(text) ?? text)
  .pipe(z.string())
const PictureKey = z.string().regex(/^[\w-]{22}$/)

/** A name for the internet, in lower case and in the letters that DNS knows. */
export const DomainName = z
  .string()
  .trim()
  .max(253)
  .transform((text) => text.toLowerCase().replace(/\.$/, ''))
  .pipe(
    z
      .string()
      .regex(
        /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/,
        'Give a domain such as mail.example.com, without https:// and path; write other letters in Punycode (xn--…)',
      ),
  )

/** What a workspace, or the operator for all, chose. A null is taken from the next: the installation, then the product. */
export const Appearance = z.object({
  productName: Line(60).nullable().default(null),
  accent: Colour.nullable().default(null).describe('Buttons and links; must read on white: WCAG AA, 4.5 to 1'),
  accentDark: Colour.nullable().default(null).describe('Links on dark pages; made from the accent when it is null'),
  logo: PictureKey.nullable().default(null).describe('The key of an uploaded picture'),
  logoDark: PictureKey.nullable().default(null).describe('For dark pages; the logo when it is null'),
  icon: PictureKey.nullable().default(null),
  senderName: Line(100).nullable().default(null).describe('From whom system mails come'),
  senderAddress: z
    .string()
    .trim()
    .max(254)
    .pipe(z.email())
    .nullable()
    .default(null)
    .describe('Used once its domain is proven'),
})
export type Appearance = z.output<typeof Appearance>

/** What is shown: every question answered. */
export const ShownAppearance = z.object({
  productName: z.string(),
  accent: z.string(),
  accentDark: z.string().nullable(),
  logoUrl: z.string().nullable(),
  logoDarkUrl: z.string().nullable(),
  iconUrl: z.string().nullable(),
})
export type ShownAppearance = z.infer<typeof ShownAppearance>

export const domainStates = ['unproven', 'proven', 'in_use', 'lost'] as const

export const CustomDomain = z.object({
  domain: z.string(),
  state: z
    .enum(domainStates)
    .describe('proven: it may be used. in_use: it also leads here. lost: the record is gone, and the proof ends soon'),
  checkedAt: z.iso.datetime().nullable(),
  records: z
    .array(z.object({ type: z.string(), name: z.string(), value: z.string() }))
    .describe('What to publish in DNS'),
})
export type CustomDomain = z.infer<typeof CustomDomain>

/** All of it, for the page where it is changed. */
export const AppearanceSettings = z.object({
  own: Appearance,
  shown: ShownAppearance,
  inherited: ShownAppearance.describe('What is shown where a workspace chose nothing'),
  siteDomain: CustomDomain.nullable(),
  senderDomain: CustomDomain.nullable().describe('Of the address that system mails come from'),
})
export type AppearanceSettings = z.infer<typeof AppearanceSettings>

export const UploadedPicture = z.object({ key: z.string(), url: z.string(), width: z.int(), height: z.int() })
export type UploadedPicture = z.infer<typeof UploadedPicture>

/** How a workspace presents itself in mails and on public pages; URLs are whole. */
export const Brand = z.object({
  productName: z.string(),
  accentColor: z.string().describe('`#rrggbb`; white text reads on it'),
  accentColorDark: z.string().describe('`#rrggbb`; reads on dark pages'),
  logoUrl: z.string().nullable(),
  logoDarkUrl: z.string().nullable(),
  iconUrl: z.string().nullable(),
  siteUrl: z.string().describe('Base of links: the own domain once it leads here, else the installation’s address'),
  sender: z
    .object({ name: z.string().nullable(), address: z.string().nullable() })
    .describe('Of system mails; what is null is that of FANFARE_IDENTITY_MAIL_FROM'),
})
export type Brand = z.infer<typeof Brand>

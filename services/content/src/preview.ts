import type { Field } from '@fanfare/audience/contract'
import type { z } from 'zod'
import type { Preview } from './contract.ts'
import type { Deps } from './deps.ts'
import type { DraftTexts } from './draft/compile.ts'
import { compileFor } from './drafts.ts'
import { getEmail } from './emails.ts'
import { problem } from './errors.ts'
import { compileTemplate, type TemplateValues } from './template.ts'

type Reading = Pick<Deps, 'db' | 'audience'>

/** What the sender fills at delivery; in a preview the links lead nowhere. */
const senderValues = {
  unsubscribe_url: 'https://example.com/unsubscribe',
  preferences_url: 'https://example.com/preferences',
  sender_name: 'Your sender',
  sender_address: 'Your postal address',
}

/** A draft as one contact would get it; without a contact, as a made-up one. */
export async function previewDraft(
  deps: Reading,
  { tenantId, draft, contactId }: { tenantId: string; draft: DraftTexts; contactId?: string | undefined },
): Promise<z.input<typeof Preview>> {
  const [compiled, values] = await Promise.all([
    compileFor(deps, tenantId, draft),
    contactId === undefined ? inventValues(deps, tenantId) : getValues(deps, tenantId, contactId),
  ])
  const { subject, preheader, html, text, findings, readable } = compiled
  if (!readable) return { subject, preheader, html, text, findings }
  const merge = (source: string, kind: 'html' | 'none') =>
    compileTemplate(source, { escape: kind }).render({ ...values, ...senderValues })
  return {
    subject: merge(subject, 'none'),
    preheader: merge(preheader, 'none'),
    html: merge(html, 'html'),
    text: merge(text, 'none'),
    findings,
  }
}

export async function previewEmail(
  deps: Reading,
  { tenantId, emailId, contactId }: { tenantId: string; emailId: string; contactId?: string | undefined },
): Promise<z.input<typeof Preview>> {
  return previewDraft(deps, { tenantId, draft: await getEmail(deps, tenantId, emailId), contactId })
}

async function getValues({ audience }: Reading, tenantId: string, contactId: string): Promise<TemplateValues> {
  const [found] = await audience.mergeValues({ tenantId, contactIds: [contactId] })
  if (found === undefined) throw problem('contact_missing', { detail: { contactId } })
  return found.values
}

async function inventValues({ audience }: Reading, tenantId: string): Promise<TemplateValues> {
  const fields = await audience.listFields({ tenantId })
  return Object.fromEntries(fields.map((field) => [field.key, inventValue(field)]))
}

const familiar: Readonly<Record<string, string>> = {
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Lovelace',
}
const byType: Readonly<Record<Exclude<Field['type'], 'text'>, string>> = {
  number: '42',
  date: '2026-05-01',
  yes_no: 'true',
}

function inventValue({ key, label, type }: Field): string {
  return familiar[key] ?? (type === 'text' ? label : byType[type])
}

import type { ColumnTarget, Import } from '../contract.ts'
import { field, normaliseHeader } from './header-names.ts'

interface Vendor {
  readonly source: Import['source']
  /** Headers that only this vendor's exports have together; all of one group must be there. */
  readonly marks: readonly (readonly string[])[]
  readonly columns: Readonly<Record<string, ColumnTarget>>
  /** Headers that say nothing about a person. */
  readonly noise: RegExp
  /** Whether columns that are empty in the sample are left out: Google writes some forty, most of them empty. */
  readonly skipsEmpty: boolean
}

const tags: ColumnTarget = { kind: 'tags' }
const status: ColumnTarget = { kind: 'status' }
const names = { 'first name': field('first_name'), 'last name': field('last_name') }
const newText = (key: string, label: string): ColumnTarget => ({ kind: 'new_field', key, label, type: 'text' })

const vendors: readonly Vendor[] = [
  {
    // https://mailchimp.com/help/about-your-exported-audience-file/
    source: 'mailchimp',
    marks: [
      ['email address', 'member rating'],
      ['email address', 'leid', 'euid'],
      ['email address', 'optin time'],
    ],
    columns: { 'email address': field('email'), ...names, tags, 'unsub time': status, 'clean time': status },
    noise:
      /^(?:member rating|optin (?:time|ip)|confirm (?:time|ip)|latitude|longitude|gmtoff|dstoff|last changed|leid|euid|(?:unsub|clean) (?:campaign.*|reason.*))$/,
    skipsEmpty: false,
  },
  {
    // https://knowledge.hubspot.com/import-and-export/export-records
    source: 'hubspot',
    marks: [
      ['record id', 'email', 'lifecycle stage'],
      ['record id', 'email', 'contact owner'],
      ['record id', 'email', 'create date'],
      ['contact id', 'email', 'lifecycle stage'],
    ],
    columns: {
      email: field('email'),
      ...names,
      'unsubscribed from all email': status,
      'email hard bounce reason': status,
    },
    noise:
      /^(?:record id.*|contact id|associated .*|contact owner|owner assigned date|create date|last (?:activity|modified) date|marketing contact status.*|additional emails?|all .*)$/,
    skipsEmpty: false,
  },
  {
    // https://listmonk.app/docs/apis/subscribers/ and its export: the table's own columns.
    source: 'listmonk',
    marks: [
      ['email', 'name', 'attributes'],
      ['uuid', 'email', 'name', 'status'],
    ],
    columns: { email: field('email'), name: { kind: 'full_name' }, attributes: { kind: 'attributes' }, status },
    noise: /^(?:id|uuid|created at|updated at|lists)$/,
    skipsEmpty: false,
  },
  {
    // https://support.google.com/contacts/answer/7199294: the headers of 2024 and those before.
    source: 'google_contacts',
    marks: [['e mail 1 value']],
    columns: {
      'e mail 1 value': field('email'),
      ...names,
      'given name': field('first_name'),
      'family name': field('last_name'),
      labels: tags,
      'group membership': tags,
      'phone 1 value': newText('phone', 'Phone'),
      'organization name': newText('company', 'Company'),
      'organization 1 name': newText('company', 'Company'),
      'organization title': newText('job_title', 'Job title'),
      'organization 1 title': newText('job_title', 'Job title'),
    },
    noise:
      /^(?:name|photo|file as|phonetic .*|.*yomi.*|initials|maiden name|short name|e mail \d+ (?:label|type)|phone \d+ (?:label|type)|address \d+ (?:label|type)|custom field \d+ label|website \d+ label|relation \d+ label|event \d+ label)$/,
    skipsEmpty: true,
  },
]

export interface Recognised {
  readonly source: Import['source']
  /** What the vendor's own tables say of a header; undefined when they say nothing. */
  targetOf(header: string, isEmpty: boolean): ColumnTarget | undefined
}

/** Whose export a row of headers comes from. */
export function recogniseVendor(headers: readonly string[]): Recognised {
  const present = new Set(headers.map(normaliseHeader))
  const vendor = vendors.find(({ marks }) => marks.some((mark) => mark.every((name) => present.has(name))))
  if (vendor === undefined) return { source: 'unknown', targetOf: () => undefined }
  return {
    source: vendor.source,
    targetOf: (header, isEmpty) => {
      const name = normaliseHeader(header)
      const own = Object.hasOwn(vendor.columns, name) ? vendor.columns[name] : undefined
      if (own) return own
      return vendor.noise.test(name) || (vendor.skipsEmpty && isEmpty) ? { kind: 'ignore' } : undefined
    },
  }
}

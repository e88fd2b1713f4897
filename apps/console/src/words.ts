import type {
  ApiKey,
  CampaignState,
  Condition,
  ConsentBasis,
  ContactStatus,
  CrewStep,
  DeliveryState,
  FieldType,
  HealthState,
  Import,
  Sender,
  SenderCheck,
  Suppression,
} from './api/types.ts'

/** How the console names what the contracts enumerate; `satisfies` keeps each table whole. */
export type Tone = 'gray' | 'accent' | 'green' | 'amber' | 'red'
export type Word = { readonly label: string; readonly tone: Tone }

export const campaignStates = {
  draft: { label: 'Draft', tone: 'gray' },
  approved: { label: 'Approved', tone: 'accent' },
  scheduled: { label: 'Scheduled', tone: 'accent' },
  launching: { label: 'Launching', tone: 'accent' },
  sending: { label: 'Sending', tone: 'accent' },
  paused: { label: 'Paused', tone: 'amber' },
  done: { label: 'Done', tone: 'green' },
  cancelled: { label: 'Cancelled', tone: 'gray' },
} as const satisfies Record<CampaignState, Word>

export const contactStatuses = {
  subscribed: { label: 'Subscribed', tone: 'green' },
  unsubscribed: { label: 'Unsubscribed', tone: 'gray' },
  bounced: { label: 'Bounced', tone: 'amber' },
  complained: { label: 'Complained', tone: 'red' },
} as const satisfies Record<ContactStatus, Word>

export const deliveryStates = {
  queued: { label: 'Queued', tone: 'gray' },
  claimed: { label: 'Claimed', tone: 'gray' },
  attempting: { label: 'Attempting', tone: 'accent' },
  deferred: { label: 'Deferred', tone: 'amber' },
  accepted: { label: 'Sent', tone: 'green' },
  failed: { label: 'Failed', tone: 'red' },
  suppressed: { label: 'Suppressed', tone: 'gray' },
  unknown: { label: 'Unknown', tone: 'amber' },
  cancelled: { label: 'Cancelled', tone: 'gray' },
  held: { label: 'Held out', tone: 'gray' },
} as const satisfies Record<DeliveryState, Word>

export const importStates = {
  uploaded: { label: 'Waiting for you', tone: 'amber' },
  running: { label: 'Running', tone: 'accent' },
  done: { label: 'Done', tone: 'green' },
  failed: { label: 'Failed', tone: 'red' },
  cancelled: { label: 'Cancelled', tone: 'gray' },
} as const satisfies Record<Import['state'], Word>

export const importSources = {
  mailchimp: 'Mailchimp export',
  hubspot: 'HubSpot export',
  listmonk: 'listmonk export',
  google_contacts: 'Google Contacts export',
  unknown: 'CSV file',
} as const satisfies Record<Import['source'], string>

export const checkStates = {
  pass: { label: 'Pass', tone: 'green' },
  warn: { label: 'Look', tone: 'amber' },
  fail: { label: 'Fix', tone: 'red' },
  skipped: { label: 'Skipped', tone: 'gray' },
} as const satisfies Record<SenderCheck['state'], Word>

export const senderKinds = {
  sandbox: 'Sandbox',
  smtp: 'SMTP server',
  sendgrid: 'SendGrid',
  mailgun: 'Mailgun',
  ses: 'Amazon SES',
} as const satisfies Record<Sender['kind'], string>

/** What a sender sends by, with the host of an SMTP server or the domain at Mailgun. */
export function kindOfSender({ kind, smtp, provider }: Pick<Sender, 'kind' | 'smtp' | 'provider'>): string {
  if (kind === 'smtp') return `SMTP · ${smtp?.host}`
  return provider?.kind === 'mailgun' ? `${senderKinds[kind]} · ${provider.domain}` : senderKinds[kind]
}

export const senderChecks = {
  connection: 'Connection',
  spf: 'SPF',
  dkim: 'DKIM',
  dmarc: 'DMARC',
  ptr: 'Reverse DNS',
  return_path: 'Return path',
  unsubscribe: 'One-click unsubscribe',
  from: 'From address',
  tracking: 'Tracking domain',
} as const satisfies Record<SenderCheck['name'], string>

export const healthStates = {
  up: { label: 'Up', tone: 'green' },
  degraded: { label: 'Degraded', tone: 'amber' },
  down: { label: 'Down', tone: 'red' },
} as const satisfies Record<HealthState, Word>

export const suppressionReasons = {
  unsubscribed: 'Unsubscribed',
  hard_bounce: 'Hard bounce',
  complaint: 'Complaint',
  manual: 'Added by hand',
  import: 'Imported',
} as const satisfies Record<Suppression['reason'], string>

export const consentBases = {
  opt_in: { label: 'They opted in', text: 'They asked for your mail: a form, a checkbox, a double opt-in.' },
  customer: { label: 'They are customers', text: 'They bought from you, and this is about similar things.' },
  legitimate_interest: { label: 'Legitimate interest', text: 'A business reason you have weighed and written down.' },
  none: { label: 'None yet', text: 'Keep them, but never write to them until there is a ground.' },
} as const satisfies Record<ConsentBasis, { label: string; text: string }>

export const roleNames = {
  owner: 'Owner',
  admin: 'Admin',
  editor: 'Editor',
  viewer: 'Viewer',
  sender: 'Sender',
} as const satisfies Record<ApiKey['role'], string>

export const fieldTypes = {
  text: 'Text',
  number: 'Number',
  date: 'Date',
  yes_no: 'Yes or no',
} as const satisfies Record<FieldType, string>

export const crewSteps = {
  strategist: { label: 'Strategist', text: 'Finds the angle and what each variant tries' },
  copywriter: { label: 'Copywriter', text: 'Writes subject, preheader and body' },
  critic: { label: 'Critic', text: 'Reads them as your reader would' },
  compliance: { label: 'Compliance', text: 'Checks claims, links and what the law asks' },
} as const satisfies Record<CrewStep, { label: string; text: string }>

export const tones = { friendly: 'Friendly', plain: 'Plain', formal: 'Formal', playful: 'Playful' } as const

export const conditionKinds = {
  field: 'Field',
  tag: 'Tag',
  list: 'List',
  engagement: 'Activity',
} as const satisfies Record<Condition['kind'], string>

/** A table as the choices of a select. */
export function choicesOf(table: Readonly<Record<string, string | { readonly label: string }>>) {
  return Object.entries(table).map(([value, word]) => ({
    value,
    label: typeof word === 'string' ? word : word.label,
  }))
}

/** The key of a table that a value from the address names; anything else is undefined. */
export function keyIn<T extends object>(table: T, value: string | undefined): (keyof T & string) | undefined {
  return value !== undefined && Object.hasOwn(table, value) ? (value as keyof T & string) : undefined
}

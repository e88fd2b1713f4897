import type { AuditRecord, AuditVerification } from './api/types.ts'

/** Nouns of actions that do not read well as they are. */
const nouns: Readonly<Record<string, string>> = {
  api_key: 'API key',
  dkim_key: 'DKIM key',
  crew_run: 'crew run',
  audit: 'audit trail',
  session: 'session',
  sso_connection: 'single sign-on',
  sso_domain: 'single sign-on domain',
}

/** What the filter offers: how actions begin. */
export const auditAreas = {
  'api_key.': 'API keys',
  'appearance.': 'Appearance',
  'audit.': 'Audit trail',
  'campaign.': 'Campaigns',
  contact: 'Contacts',
  'deliveries.': 'Deliveries',
  'dkim_key.': 'DKIM keys',
  'email.': 'Emails',
  'import.': 'Imports',
  'invitation.': 'Invitations',
  'list.': 'Lists',
  'mailbox.': 'Mailboxes',
  'member.': 'Members',
  'partial.': 'Partials',
  'segment.': 'Segments',
  'sender.': 'Senders',
  sso_: 'Single sign-on',
  'site_domain.': 'Site domain',
  'suppression.': 'Suppressions',
  'team.': 'Teams',
  'webhook.': 'Webhooks',
  'workspace.': 'Workspace',
} as const

/** `api_key.role_changed` → “API key role changed”. */
export function actionWords(action: string): string {
  const [noun = '', verb = ''] = action.split('.')
  return capital(`${nouns[noun] ?? plain(noun)} ${plain(verb)}`)
}

/** `allowedNetworks` → “Allowed networks”. */
export function fieldWords(name: string): string {
  return capital(plain(name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()))
}

export function actorWords({ actor }: Pick<AuditRecord, 'actor'>): string {
  if (actor.kind === 'system') return 'Fanfare itself'
  if (actor.kind === 'anonymous') return 'Nobody known'
  return actor.name ?? (actor.kind === 'api_key' ? 'A key that is gone' : 'A person whose account is gone')
}

export const faultWords = {
  edited: 'Edited',
  missing: 'Taken out',
  reordered: 'Moved',
  unlinked: 'Replaced',
  rewritten: 'Rewritten',
  truncated: 'Cut off',
  clock_back: 'Clock went back',
  checkpoint_forged: 'Forged checkpoint',
  checkpoint_missing: 'No checkpoint',
} as const satisfies Record<AuditVerification['findings'][number]['kind'], string>

/** A value of a detail as one reads it. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value) && value.length === 0) return '—'
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value)
}

function plain(text: string): string {
  return text.replaceAll('_', ' ')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

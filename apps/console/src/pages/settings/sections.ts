import type { Permission } from '@fanfare/identity/permissions'
import type { ComponentType } from 'react'
import { ApiKeysSection } from '../api-keys/ApiKeysSection.tsx'
import { AppearanceSection } from '../appearance/AppearanceSection.tsx'
import { AuditSection } from '../audit/AuditSection.tsx'
import { MailboxesSection } from '../mailboxes/MailboxesSection.tsx'
import { MembersSection } from '../people/MembersSection.tsx'
import { SecuritySection } from '../security/SecuritySection.tsx'
import { WebhooksSection } from '../webhooks/WebhooksSection.tsx'
import { UsageSection } from '../workspace/UsageSection.tsx'
import { WorkspaceSection } from '../workspace/WorkspaceSection.tsx'
import { BrandForm } from './BrandForm.tsx'
import { ProfileSection } from './ProfileSection.tsx'
import { SendersSection } from './SendersSection.tsx'
import { SessionsSection } from './SessionsSection.tsx'
import { SingleSignOnSection } from './SingleSignOnSection.tsx'

export interface SettingsSection {
  key: string
  label: string
  /** None for what a person has in every workspace, and without one. */
  permission?: Permission
  View: ComponentType
}

export interface SettingsGroup {
  label: string
  sections: readonly SettingsSection[]
}

export const settingsGroups: readonly SettingsGroup[] = [
  {
    label: 'Workspace',
    sections: [
      { key: 'workspace', label: 'General', permission: 'workspace.read', View: WorkspaceSection },
      { key: 'members', label: 'Members', permission: 'members.read', View: MembersSection },
      { key: 'usage', label: 'Usage', permission: 'workspace.read', View: UsageSection },
      { key: 'brand', label: 'Brand', permission: 'ai.read', View: BrandForm },
      { key: 'appearance', label: 'Appearance', permission: 'workspace.read', View: AppearanceSection },
    ],
  },
  {
    label: 'Access',
    sections: [
      { key: 'single-sign-on', label: 'Single sign-on', permission: 'members.manage', View: SingleSignOnSection },
      { key: 'api-keys', label: 'API keys', permission: 'keys.manage', View: ApiKeysSection },
      { key: 'audit', label: 'Audit trail', permission: 'audit.read', View: AuditSection },
    ],
  },
  {
    label: 'Sending',
    sections: [
      { key: 'senders', label: 'Senders', permission: 'delivery.read', View: SendersSection },
      { key: 'mailboxes', label: 'Mailboxes', permission: 'delivery.read', View: MailboxesSection },
      { key: 'webhooks', label: 'Webhooks', permission: 'webhooks.read', View: WebhooksSection },
    ],
  },
  {
    label: 'You',
    sections: [
      { key: 'profile', label: 'Profile', View: ProfileSection },
      { key: 'security', label: 'Security', View: SecuritySection },
      { key: 'sessions', label: 'Sessions', View: SessionsSection },
    ],
  },
]

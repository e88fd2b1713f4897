import { Tabs } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { showTab } from '../../parts/show-tab.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { PageHeader } from '../../ui/PageHeader.tsx'
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

const sections = [
  { key: 'workspace', label: 'Workspace', permission: 'workspace.read', View: WorkspaceSection },
  { key: 'brand', label: 'Brand', permission: 'ai.read', View: BrandForm },
  { key: 'senders', label: 'Senders', permission: 'delivery.read', View: SendersSection },
  { key: 'mailboxes', label: 'Mailboxes', permission: 'delivery.read', View: MailboxesSection },
  { key: 'webhooks', label: 'Webhooks', permission: 'webhooks.read', View: WebhooksSection },
  { key: 'members', label: 'Members', permission: 'members.read', View: MembersSection },
  { key: 'usage', label: 'Usage', permission: 'workspace.read', View: UsageSection },
  { key: 'single-sign-on', label: 'Single sign-on', permission: 'members.manage', View: SingleSignOnSection },
  { key: 'api-keys', label: 'API keys', permission: 'keys.manage', View: ApiKeysSection },
  { key: 'audit', label: 'Audit trail', permission: 'audit.read', View: AuditSection },
  { key: 'profile', label: 'Profile', permission: 'workspace.read', View: ProfileSection },
  { key: 'security', label: 'Security', permission: 'workspace.read', View: SecuritySection },
  { key: 'sessions', label: 'Sessions', permission: 'workspace.read', View: SessionsSection },
  { key: 'appearance', label: 'Appearance', permission: 'workspace.read', View: AppearanceSection },
] as const

export function SettingsPage() {
  const { section } = useParams({ strict: false }) as { section?: string }
  const navigate = useNavigate()
  const may = useMay()
  const open = sections.filter(({ permission }) => may(permission))
  const shown = open.find(({ key }) => key === section) ?? open[0]
  return (
    <>
      <PageHeader title="Settings" />
      <Tabs
        value={shown?.key ?? null}
        onChange={(key) => key && navigate({ to: paths.settingsSection(key) })}
        activateTabWithKeyboard={false}
        keepMounted={false}
      >
        <Tabs.List mb="lg" style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
          {open.map(({ key, label }) => (
            <Tabs.Tab key={key} value={key} ref={key === shown?.key ? showTab : null}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {open.map(({ key, View }) => (
          <Tabs.Panel key={key} value={key}>
            <View />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  )
}

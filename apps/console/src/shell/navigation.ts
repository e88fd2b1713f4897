import type { Permission } from '@fanfare/identity/permissions'
import {
  type Icon,
  IconAddressBook,
  IconFilter,
  IconHeartRateMonitor,
  IconHome,
  IconInbox,
  IconMail,
  IconSend,
  IconSettings,
  IconSpeakerphone,
} from '@tabler/icons-react'
import { paths } from '../paths.ts'

export interface Place {
  label: string
  to: string
  icon: Icon
  /** Pressed after `g`. */
  key: string
  permission: Permission
}

export const places: readonly Place[] = [
  { label: 'Home', to: paths.home, icon: IconHome, key: 'h', permission: 'analytics.read' },
  { label: 'Campaigns', to: paths.campaigns, icon: IconSpeakerphone, key: 'c', permission: 'campaigns.read' },
  { label: 'Emails', to: paths.emails, icon: IconMail, key: 'e', permission: 'content.read' },
  { label: 'Contacts', to: paths.contacts, icon: IconAddressBook, key: 'p', permission: 'contacts.read' },
  { label: 'Segments', to: paths.segments, icon: IconFilter, key: 's', permission: 'contacts.read' },
  { label: 'Sending', to: paths.sending, icon: IconSend, key: 'd', permission: 'delivery.read' },
  { label: 'Mailbox', to: paths.mailbox, icon: IconInbox, key: 'm', permission: 'delivery.read' },
  { label: 'Settings', to: paths.settings, icon: IconSettings, key: ',', permission: 'workspace.read' },
  { label: 'System', to: paths.system, icon: IconHeartRateMonitor, key: 'y', permission: 'system.read' },
]

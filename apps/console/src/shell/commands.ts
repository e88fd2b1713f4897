import type { Permission } from '@fanfare/identity/permissions'
import {
  type Icon,
  IconAddressBook,
  IconBan,
  IconBraces,
  IconBuilding,
  IconDeviceLaptop,
  IconFilter,
  IconGauge,
  IconHistory,
  IconKey,
  IconListDetails,
  IconLogin2,
  IconMail,
  IconMailForward,
  IconMailOpened,
  IconMailX,
  IconPalette,
  IconPlus,
  IconPuzzle,
  IconSend,
  IconShieldLock,
  IconSparkles,
  IconUpload,
  IconUser,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react'
import { paths } from '../paths.ts'
import { places } from './navigation.ts'

export interface Command {
  label: string
  to: string
  icon: Icon
  permission: Permission
}

/** What one begins from anywhere. */
export const beginnings: readonly Command[] = [
  { label: 'New campaign', to: paths.newCampaign, icon: IconPlus, permission: 'campaigns.write' },
  { label: 'Import contacts', to: paths.contactImport, icon: IconUpload, permission: 'contacts.write' },
  { label: 'New email', to: paths.newEmail, icon: IconMail, permission: 'content.write' },
  { label: 'New partial', to: paths.newPartial, icon: IconPuzzle, permission: 'content.write' },
  { label: 'New segment', to: paths.newSegment, icon: IconFilter, permission: 'contacts.write' },
]

/** Pages one level below the navigation: found by typing, not shown before. */
export const innerPages: readonly Command[] = [
  { label: 'Lists', to: paths.contactLists, icon: IconListDetails, permission: 'contacts.read' },
  { label: 'Fields of contacts', to: paths.contactFields, icon: IconBraces, permission: 'contacts.read' },
  { label: 'Imports', to: paths.contactImports, icon: IconAddressBook, permission: 'contacts.read' },
  { label: 'Suppressions', to: paths.suppressions, icon: IconBan, permission: 'contacts.read' },
  { label: 'Partials', to: paths.partials, icon: IconPuzzle, permission: 'content.read' },
  { label: 'Bounces and complaints', to: paths.feedback, icon: IconMailX, permission: 'delivery.read' },
  { label: 'Messages by the API', to: paths.messages, icon: IconMailForward, permission: 'messages.read' },
  { label: 'Workspace', to: paths.settingsSection('workspace'), icon: IconBuilding, permission: 'workspace.read' },
  { label: 'Brand', to: paths.settingsSection('brand'), icon: IconSparkles, permission: 'ai.read' },
  { label: 'Senders', to: paths.settingsSection('senders'), icon: IconSend, permission: 'delivery.read' },
  {
    label: 'Return-path mailboxes',
    to: paths.settingsSection('mailboxes'),
    icon: IconMailOpened,
    permission: 'delivery.read',
  },
  { label: 'Webhooks', to: paths.settingsSection('webhooks'), icon: IconWebhook, permission: 'webhooks.read' },
  { label: 'Members', to: paths.settingsSection('members'), icon: IconUsers, permission: 'members.read' },
  { label: 'Usage and limits', to: paths.settingsSection('usage'), icon: IconGauge, permission: 'workspace.read' },
  {
    label: 'Appearance',
    to: paths.settingsSection('appearance'),
    icon: IconPalette,
    permission: 'workspace.read',
  },
  {
    label: 'Single sign-on',
    to: paths.settingsSection('single-sign-on'),
    icon: IconLogin2,
    permission: 'members.manage',
  },
  { label: 'API keys', to: paths.settingsSection('api-keys'), icon: IconKey, permission: 'keys.manage' },
  { label: 'Audit trail', to: paths.settingsSection('audit'), icon: IconHistory, permission: 'audit.read' },
  { label: 'Your profile', to: paths.settingsSection('profile'), icon: IconUser, permission: 'workspace.read' },
  {
    label: 'Your second factors',
    to: paths.settingsSection('security'),
    icon: IconShieldLock,
    permission: 'workspace.read',
  },
  {
    label: 'Your sessions',
    to: paths.settingsSection('sessions'),
    icon: IconDeviceLaptop,
    permission: 'workspace.read',
  },
]

/** The commands that a role may use and that fit what was typed; with nothing typed, the main ones. */
export function commandsFor(typed: string, may: (permission: Permission) => boolean) {
  const fitting = (commands: readonly Command[]) =>
    commands.filter(({ label, permission }) => may(permission) && fits(label, typed))
  return {
    begin: fitting(beginnings),
    go: fitting(typed.trim() === '' ? places : [...places, ...innerPages]),
  }
}

/** Whether each word typed begins a word of the label: `n cam` finds “New campaign”. */
export function fits(label: string, typed: string): boolean {
  const words = wordsOf(label)
  return wordsOf(typed).every((part) => words.some((word) => word.startsWith(part)))
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}@.]+/u)
    .filter((word) => word !== '')
}

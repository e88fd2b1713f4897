/** Every address of the console. Links and the route tree both come here, so that an address is written once. */
export const paths = {
  home: '/',
  setup: '/setup',
  signIn: '/sign-in',
  secondStep: '/sign-in/second-step',
  signUp: '/sign-up',
  finishSignUp: '/sign-up/finish',
  forgotPassword: '/forgot-password',
  resetPassword: '/reset-password',
  verifyEmail: '/verify-email',
  changeEmail: '/change-email',
  undoEmail: '/undo-email',
  invitation: '/invitation',
  contacts: '/contacts',
  contact: (id: string) => `/contacts/${id}`,
  contactImport: '/contacts/import',
  contactImports: '/contacts/imports',
  contactLists: '/contacts/lists',
  contactFields: '/contacts/fields',
  suppressions: '/contacts/suppressions',
  segments: '/segments',
  newSegment: '/segments/new',
  segment: (id: string) => `/segments/${id}`,
  emails: '/emails',
  newEmail: '/emails/new',
  email: (id: string) => `/emails/${id}`,
  partials: '/emails/partials',
  // Beside the partials, not among them: one may be called `new`.
  newPartial: '/emails/new-partial',
  partial: (name: string) => `/emails/partials/${name}`,
  campaigns: '/campaigns',
  newCampaign: '/campaigns/new',
  campaign: (id: string) => `/campaigns/${id}`,
  campaignReport: (id: string) => `/campaigns/${id}/report`,
  delivery: (id: string) => `/deliveries/${id}`,
  sending: '/sending',
  feedback: '/sending/feedback',
  messages: '/sending/messages',
  mailbox: '/mailbox',
  settings: '/settings',
  settingsSection: (section: string) => `/settings/${section}`,
  sender: (id: string) => `/settings/senders/${id}`,
  webhook: (id: string) => `/settings/webhooks/${id}`,
  system: '/system',
} as const

/** What a person has without any workspace: their account. */
const ownSections = ['profile', 'security', 'sessions']

export function isOwnPath(pathname: string): boolean {
  return ownSections.some((section) => pathname === paths.settingsSection(section))
}

/** Where to go after signing in: one of our own paths, never another site. */
export function ownPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/') || wanted.includes('\\')) return paths.home
  const url = URL.canParse(wanted, 'http://own.invalid') ? new URL(wanted, 'http://own.invalid') : undefined
  // `/.//other.example` has the path `//other.example`, which a browser takes for another site.
  const isOwn = url?.origin === 'http://own.invalid' && !url.pathname.startsWith('//')
  if (!isOwn || url.pathname === paths.signIn) return paths.home
  return url.pathname + url.search + url.hash
}

import { hashKey, QueryCache, QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { worthRetrying } from './api/call.ts'
import { meQuery } from './api/identity.ts'
import { isProblem } from './api/problem.ts'
import { HomePage } from './pages/home/HomePage.tsx'
import { NotFoundPage } from './pages/NotFoundPage.tsx'
import { PageFailure } from './pages/PageFailure.tsx'
import { ownPath, paths } from './paths.ts'
import { currentWorkspace } from './session.ts'
import { Frame } from './shell/Frame.tsx'

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    // A server on this machine answers without a network too, so calls are made and their failures are said.
    queries: { retry: worthRetrying, staleTime: 5_000, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
})

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
})

const setup = createRoute({
  getParentRoute: () => root,
  path: paths.setup,
  component: lazyRouteComponent(() => import('./pages/entry/SetupPage.tsx'), 'SetupPage'),
})
const signIn = createRoute({
  getParentRoute: () => root,
  path: paths.signIn,
  component: lazyRouteComponent(() => import('./pages/entry/SignInPage.tsx'), 'SignInPage'),
})

/** Where people arrive from a mail, or before they have an account. */
const arrivals = [
  entry(paths.secondStep, () => import('./pages/entry/SecondStepPage.tsx'), 'SecondStepPage'),
  entry(paths.signUp, () => import('./pages/entry/SignUpPage.tsx'), 'SignUpPage'),
  entry(paths.finishSignUp, () => import('./pages/entry/FinishSignUpPage.tsx'), 'FinishSignUpPage'),
  entry(paths.forgotPassword, () => import('./pages/entry/ForgotPasswordPage.tsx'), 'ForgotPasswordPage'),
  entry(paths.resetPassword, () => import('./pages/entry/ResetPasswordPage.tsx'), 'ResetPasswordPage'),
  entry(paths.verifyEmail, () => import('./pages/entry/EmailPages.tsx'), 'VerifyEmailPage'),
  entry(paths.changeEmail, () => import('./pages/entry/EmailPages.tsx'), 'ChangeEmailPage'),
  entry(paths.invitation, () => import('./pages/people/InvitationPage.tsx'), 'InvitationPage'),
  entry(paths.undoEmail, () => import('./pages/entry/EmailPages.tsx'), 'UndoEmailPage'),
]

/** Everything behind the sign-in. */
const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: Frame,
  beforeLoad: async ({ context, location }) => {
    const me = await context.client.ensureQueryData(meQuery).catch((error: unknown) => {
      if (!isProblem(error) || error.status !== 401) throw error
      const isHalfWay = isProblem(error, 'http.factor_needed')
      throw redirect({ to: isHalfWay ? paths.secondStep : paths.signIn, search: { next: ownPath(location.href) } })
    })
    currentWorkspace(me)
  },
})

const home = createRoute({ getParentRoute: () => frame, path: paths.home, component: HomePage })

const contacts = [
  page(paths.contacts, () => import('./pages/contacts/ContactsPage.tsx'), 'ContactsPage'),
  page(paths.contactImport, () => import('./pages/imports/ImportPage.tsx'), 'ImportPage'),
  page(paths.contactImports, () => import('./pages/imports/ImportsPage.tsx'), 'ImportsPage'),
  page(paths.contactLists, () => import('./pages/contacts/ListsPage.tsx'), 'ListsPage'),
  page(paths.contactFields, () => import('./pages/contacts/FieldsPage.tsx'), 'FieldsPage'),
  page(paths.suppressions, () => import('./pages/contacts/SuppressionsPage.tsx'), 'SuppressionsPage'),
  page(paths.contact('$id'), () => import('./pages/contacts/ContactPage.tsx'), 'ContactPage'),
]

const segments = [
  page(paths.segments, () => import('./pages/segments/SegmentsPage.tsx'), 'SegmentsPage'),
  page(paths.newSegment, () => import('./pages/segments/NewSegmentPage.tsx'), 'NewSegmentPage'),
  page(paths.segment('$id'), () => import('./pages/segments/SegmentPage.tsx'), 'SegmentPage'),
]

const emails = [
  page(paths.emails, () => import('./pages/emails/EmailsPage.tsx'), 'EmailsPage'),
  page(paths.newEmail, () => import('./pages/emails/NewEmailPage.tsx'), 'NewEmailPage'),
  page(paths.partials, () => import('./pages/partials/PartialsPage.tsx'), 'PartialsPage'),
  page(paths.newPartial, () => import('./pages/partials/NewPartialPage.tsx'), 'NewPartialPage'),
  page(paths.partial('$id'), () => import('./pages/partials/PartialPage.tsx'), 'PartialPage'),
  page(paths.email('$id'), () => import('./pages/emails/EmailPage.tsx'), 'EmailPage'),
]

const campaigns = [
  page(paths.campaigns, () => import('./pages/campaigns/CampaignsPage.tsx'), 'CampaignsPage'),
  page(paths.newCampaign, () => import('./pages/campaigns/NewCampaignPage.tsx'), 'NewCampaignPage'),
  page(paths.campaign('$id'), () => import('./pages/campaigns/CampaignPage.tsx'), 'CampaignPage'),
  page(paths.campaignReport('$id'), () => import('./pages/report/ReportPage.tsx'), 'ReportPage'),
]

const sending = [
  page(paths.sending, () => import('./pages/sending/SendingPage.tsx'), 'SendingPage'),
  page(paths.feedback, () => import('./pages/feedback/FeedbackPage.tsx'), 'FeedbackPage'),
  page(paths.messages, () => import('./pages/sending/MessagesPage.tsx'), 'MessagesPage'),
  page(paths.delivery('$id'), () => import('./pages/delivery/DeliveryPage.tsx'), 'DeliveryPage'),
]

const rest = [
  page(paths.mailbox, () => import('./pages/mailbox/MailboxPage.tsx'), 'MailboxPage'),
  page(paths.settings, () => import('./pages/settings/SettingsPage.tsx'), 'SettingsPage'),
  page(paths.settingsSection('$section'), () => import('./pages/settings/SettingsPage.tsx'), 'SettingsPage'),
  page(paths.sender('$id'), () => import('./pages/sender/SenderPage.tsx'), 'SenderPage'),
  page(paths.webhook('$id'), () => import('./pages/webhooks/WebhookPage.tsx'), 'WebhookPage'),
  page(paths.system, () => import('./pages/system/SystemPage.tsx'), 'SystemPage'),
]

const tree = root.addChildren([
  setup,
  signIn,
  ...arrivals,
  frame.addChildren([home, ...contacts, ...segments, ...emails, ...campaigns, ...sending, ...rest]),
])

export const router = createRouter({
  routeTree: tree,
  context: { client: queryClient },
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailure,
  scrollRestoration: true,
})

/** A page that is a chunk of its own, loaded when someone goes there. */
function page<M extends Record<string, unknown>>(path: string, load: () => Promise<M>, name: keyof M & string) {
  return createRoute({ getParentRoute: () => frame, path, component: lazyRouteComponent(load, name) })
}

/** The same in front of the sign-in. */
function entry<M extends Record<string, unknown>>(path: string, load: () => Promise<M>, name: keyof M & string) {
  return createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name) })
}

/** A session that ended while the page was open: the frame asks again who is signed in, and goes to the sign-in. */
function leaveWhenSignedOut(error: Error, { queryKey }: { queryKey: readonly unknown[] }): void {
  if (!isProblem(error) || error.status !== 401 || router.state.location.pathname.startsWith(paths.signIn)) return
  // The frame's own question is answered where it is asked; asking again here would never end.
  if (hashKey(queryKey) === hashKey(meQuery.queryKey)) return
  queryClient.removeQueries({ queryKey: meQuery.queryKey })
  void router.invalidate()
}

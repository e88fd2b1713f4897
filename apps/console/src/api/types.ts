import type { paths } from '@fanfare/sdk'

/** The shapes on the wire, taken from the SDK that is generated from the OpenAPI document: types alone. */
type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Json<Content> = Content extends { content: { 'application/json': infer Shape } } ? Shape : never
type Reply<Path extends keyof paths, V extends Verb = 'get'> = paths[Path][V] extends { responses: infer Replies }
  ? Json<Replies[keyof Replies & (200 | 201)]>
  : never
type Body<Path extends keyof paths, V extends Verb = 'post'> = paths[Path][V] extends { requestBody?: infer Sent }
  ? Json<NonNullable<Sent>>
  : never
type RowOf<Path extends keyof paths> = Reply<Path> extends { rows: (infer Row)[] } ? Row : never

export type Page<T> = { rows: T[]; nextCursor: string | null }

export type Me = Reply<'/v1/me'>
export type Workspace = Me['workspaces'][number]
export type Setup = Body<'/v1/setup'>
export type SignUp = Body<'/v1/sign-ups/finish'>
export type LinkPurpose = Body<'/v1/links/look'>['purpose']
export type SystemMail = RowOf<'/v1/system/mail'>
export type SignIn = Body<'/v1/sessions'>
export type Member = RowOf<'/v1/members'>
export type Role = Member['role']
export type Team = RowOf<'/v1/teams'>
export type Invitation = RowOf<'/v1/invitations'>
export type SentInvitation = Reply<'/v1/invitations', 'post'>
export type NewInvitation = Body<'/v1/invitations'>
export type OpenInvitation = Reply<'/v1/invitations/open', 'post'>
export type InvitedSignUp = Body<'/v1/invitations/sign-up'>
export type Usage = Reply<'/v1/usage'>
export type WorkspaceExport = RowOf<'/v1/workspace/exports'>
export type SessionSummary = RowOf<'/v1/sessions'>
export type ApiKey = RowOf<'/v1/api-keys'>
export type NewApiKey = Body<'/v1/api-keys'>
export type ExternalSignIn = Body<'/v1/external-sign-ins'>
export type ExternalAccounts = Reply<'/v1/me/external-accounts'>
export type ExternalAccount = ExternalAccounts['rows'][number]
export type ProviderId = ExternalAccounts['linkable'][number]['id']
export type SsoSettings = Reply<'/v1/sso-connection'>
export type SsoConnectionChange = Body<'/v1/sso-connection', 'put'>
export type SsoDomain = RowOf<'/v1/sso-domains'>
export type IssuedApiKey = Reply<'/v1/api-keys', 'post'>
export type ApiKeyChange = Body<'/v1/api-keys/{keyId}', 'patch'>
export type AuditRecord = RowOf<'/v1/audit'>
export type AuditVerification = Reply<'/v1/audit/verification'>

export type ShownAppearance = Reply<'/v1/appearance'>
export type AppearanceSettings = Reply<'/v1/workspace/appearance'>
export type Appearance = AppearanceSettings['own']
export type CustomDomain = NonNullable<AppearanceSettings['siteDomain']>
export type UploadedPicture = Reply<'/v1/workspace/appearance/pictures', 'post'>

export type Contact = Reply<'/v1/contacts/{contactId}'>
export type ContactStatus = Contact['status']
export type NewContact = Body<'/v1/contacts'>
export type ContactChange = Body<'/v1/contacts/{contactId}', 'patch'>
export type ConsentBasis = Contact['consentBasis']
export type Field = RowOf<'/v1/fields'>
export type FieldType = Field['type']
export type FieldValue = Contact['fields'][string]
export type List = RowOf<'/v1/lists'>
export type NewList = Body<'/v1/lists'>
export type Segment = Reply<'/v1/segments/{segmentId}'>
export type SegmentRules = Segment['rules']
export type Condition = SegmentRules['conditions'][number]
export type NewSegment = { name: string; rules: SegmentRules }
export type Import = Reply<'/v1/imports/{importId}'>
export type ColumnTarget = Import['columns'][number]['target']
export type StartImport = Body<'/v1/imports/{importId}/start'>
export type Suppression = RowOf<'/v1/suppressions'>
export type NewSuppression = Body<'/v1/suppressions'>

export type Email = Reply<'/v1/emails/{emailId}'>
export type EmailSummary = RowOf<'/v1/emails'>
export type EmailDraft = Required<Body<'/v1/emails'>>
export type EmailChange = Body<'/v1/emails/{emailId}', 'put'>
export type Finding = Email['findings'][number]
export type Preview = Reply<'/v1/emails/preview', 'post'>
export type PreviewRequest = Body<'/v1/emails/preview'>
export type EmailPartial = RowOf<'/v1/partials'>
export type Starter = RowOf<'/v1/email-starters'>

export type Brand = Reply<'/v1/brand'>
export type CrewRun = Reply<'/v1/crew-runs/{runId}'>
export type Brief = CrewRun['brief']
export type StepState = CrewRun['steps'][number]
export type CrewStep = StepState['step']
export type Verdict = CrewRun['verdicts'][number]

export type Campaign = Reply<'/v1/campaigns/{campaignId}'>
export type CampaignState = Campaign['state']
export type AudienceRef = NonNullable<Campaign['audience']>
export type Accounting = NonNullable<Campaign['accounting']>
export type NewCampaign = Body<'/v1/campaigns'>
export type CampaignChange = Body<'/v1/campaigns/{campaignId}', 'patch'>
export type Readiness = Reply<'/v1/campaigns/{campaignId}/readiness'>
export type TestSend = Body<'/v1/campaigns/{campaignId}/test-send'>
export type TestResult = Reply<'/v1/campaigns/{campaignId}/test-send', 'post'>
export type AcceptedDraft = Body<'/v1/campaigns/{campaignId}/accept-draft'>

export type Delivery = RowOf<'/v1/campaigns/{campaignId}/deliveries'>
export type DeliveryState = Delivery['state']
export type Standing = Reply<'/v1/campaigns/{campaignId}/accounting'>
export type DeliveryStory = Reply<'/v1/deliveries/{deliveryId}'>
export type StoryStep = DeliveryStory['story'][number]
export type MessageSummary = RowOf<'/v1/messages'>
export type ResolveDeliveries = Body<'/v1/deliveries/resolve'>
export type Resolution = ResolveDeliveries['as']
export type EngineView = Reply<'/v1/delivery/engine'>
export type TrafficPoint = EngineView['traffic'][number]
export type Backlog = EngineView['backlog'][number]
export type Hold = EngineView['holds'][number]
export type FeedbackEntry = RowOf<'/v1/feedback'>
export type FeedbackKind = FeedbackEntry['kind']
export type FeedbackSummary = Reply<'/v1/feedback/summary'>
export type Sender = RowOf<'/v1/senders'>
export type Pacing = Sender['pacing']
export type WarmUp = NonNullable<Pacing['warmUp']>
export type SendWindow = NonNullable<Pacing['window']>
export type DkimKey = RowOf<'/v1/dkim-keys'>
export type NewDkimKey = Body<'/v1/dkim-keys'>
export type Mailbox = RowOf<'/v1/mailboxes'>
export type NewMailbox = Body<'/v1/mailboxes'>
export type MailboxMessage = RowOf<'/v1/mailboxes/{mailboxId}/messages'>
export type Webhook = RowOf<'/v1/webhooks'>
export type IssuedWebhook = Reply<'/v1/webhooks', 'post'>
export type NewWebhook = Body<'/v1/webhooks'>
export type WebhookChange = Body<'/v1/webhooks/{webhookId}', 'patch'>
export type WebhookEventKind = RowOf<'/v1/webhook-events'>
export type WebhookMessage = RowOf<'/v1/webhooks/{webhookId}/messages'>
export type WebhookMessageDetail = Reply<'/v1/webhooks/{webhookId}/messages/{webhookMessageId}'>
export type WebhookAttempt = WebhookMessageDetail['attemptList'][number]
export type NewSender = Body<'/v1/senders'>
export type SenderReadiness = Reply<'/v1/senders/{senderId}/check', 'post'>
export type SenderCheck = SenderReadiness['checks'][number]
export type SandboxSummary = RowOf<'/v1/sandbox/messages'>
export type SandboxMessage = Reply<'/v1/sandbox/messages/{messageId}'>

export type CampaignReport = Reply<'/v1/campaigns/{campaignId}/report'>
export type Engagement = CampaignReport['total']
export type Home = Reply<'/v1/home'>
export type TimelineEntry = RowOf<'/v1/contacts/{contactId}/timeline'>

export type SystemReport = Reply<'/v1/system/services'>
export type SystemService = SystemReport['services'][number]
export type Health = SystemReport['health']['services'][string]
export type HealthState = Health['state']
export type OperationSummary = SystemReport['operations'][number]

export type Factors = Reply<'/v1/factors'>
export type Factor = Factors['rows'][number]
export type FactorKind = Factor['kind']
export type NewTotp = Reply<'/v1/factors/totp', 'post'>
export type AddedFactor = Reply<'/v1/factors/{factorId}/confirm', 'post'>
export type ProofOptions = Reply<'/v1/proofs'>
export type ProofMethod = ProofOptions['methods'][number]
export type Proof = Body<'/v1/proofs'>
export type PasskeyRegistration = Body<'/v1/factors/passkey'>['credential']
export type PasskeyAssertion = Body<'/v1/sessions/passkey'>['credential']

import type * as ai from '@fanfare/ai/contract'
import type * as analytics from '@fanfare/analytics/contract'
import type * as audience from '@fanfare/audience/contract'
import type * as campaigns from '@fanfare/campaigns/contract'
import type * as content from '@fanfare/content/contract'
import type * as delivery from '@fanfare/delivery/contract'
import type * as identity from '@fanfare/identity/contract'
import type { z } from 'zod'

/** The shapes on the wire, taken from the contracts as types alone: no schema reaches the browser. */
export type Page<T> = { rows: T[]; nextCursor: string | null }
export type Rows<T> = { rows: T[] }

export type Me = z.output<typeof identity.Me>
export type Workspace = z.output<typeof identity.Workspace>
export type Setup = z.input<typeof identity.Setup>
export type SignIn = z.input<typeof identity.SignIn>
export type Member = z.output<typeof identity.Member>
export type ApiKey = z.output<typeof identity.ApiKey>
export type NewApiKey = z.output<typeof identity.NewApiKey>
export type IssuedApiKey = z.output<typeof identity.IssuedApiKey>

export type Contact = z.output<typeof audience.Contact>
export type ContactStatus = Contact['status']
export type NewContact = z.input<typeof audience.NewContact>
export type ContactChange = z.input<typeof audience.ContactChange>
export type ConsentBasis = audience.ConsentBasis
export type Field = z.output<typeof audience.Field>
export type FieldType = Field['type']
export type FieldValue = audience.FieldValue
export type List = z.output<typeof audience.List>
export type NewList = z.output<typeof audience.NewList>
export type Segment = z.output<typeof audience.Segment>
export type SegmentRules = z.output<typeof audience.SegmentRules>
export type Condition = z.output<typeof audience.Condition>
export type NewSegment = z.output<typeof audience.NewSegment>
export type AudienceRef = z.output<typeof audience.AudienceRef>
export type Import = z.output<typeof audience.Import>
export type ColumnTarget = z.output<typeof audience.ColumnTarget>
export type StartImport = z.input<typeof audience.StartImport>
export type Suppression = z.output<typeof audience.Suppression>
export type NewSuppression = z.input<typeof audience.NewSuppression>
export type SegmentCount = { count: number; tookMs: number; sample: Contact[] }
export type ContactCounts = { contacts: number; reachable: number; suppressed: number }

export type Email = z.output<typeof content.Email>
export type EmailSummary = z.output<typeof content.EmailSummary>
export type EmailDraft = z.output<typeof content.EmailDraft>
export type EmailChange = z.output<typeof content.EmailChange>
export type Finding = z.output<typeof content.Finding>
export type Preview = z.output<typeof content.Preview>
export type PreviewRequest = z.input<typeof content.PreviewRequest>
export type Starter = z.output<typeof content.Starter>

export type Brand = z.output<typeof ai.Brand>
export type Brief = z.output<typeof ai.Brief>
export type CrewRun = z.output<typeof ai.CrewRun>
export type CrewStep = ai.CrewStep
export type StepState = z.output<typeof ai.StepState>
export type DraftVariant = z.output<typeof ai.DraftVariant>
export type Verdict = z.output<typeof ai.Verdict>
export type ModelInfo = z.output<typeof ai.ModelInfo>

export type Campaign = z.output<typeof campaigns.Campaign>
export type CampaignState = campaigns.CampaignState
export type NewCampaign = z.input<typeof campaigns.NewCampaign>
export type CampaignChange = z.input<typeof campaigns.CampaignChange>
export type Readiness = z.output<typeof campaigns.Readiness>
export type TestSend = z.input<typeof campaigns.TestSend>
export type TestResult = { accepted: boolean; reply: string }
export type AcceptedDraft = z.input<typeof campaigns.AcceptedDraft>

export type Accounting = z.output<typeof delivery.Accounting>
export type Delivery = z.output<typeof delivery.Delivery>
export type DeliveryState = delivery.DeliveryState
export type Sender = z.output<typeof delivery.Sender>
export type NewSender = z.input<typeof delivery.NewSender>
export type SenderCheck = z.output<typeof delivery.SenderCheck>
export type SandboxSummary = z.output<typeof delivery.SandboxMessageSummary>
export type SandboxMessage = z.output<typeof delivery.SandboxMessage>

export type Engagement = z.output<typeof analytics.Engagement>
export type CampaignReport = z.output<typeof analytics.CampaignReport>
export type Home = z.output<typeof analytics.Home>
export type TimelineEntry = z.output<typeof analytics.TimelineEntry>

export type HealthState = 'up' | 'degraded' | 'down'
export type SystemService = {
  name: string
  group: string
  version: string
  needs: string[]
  level: number
  state: string
  critical: boolean
  startedInMs?: number
}
export type Health = { state: HealthState; reason?: string; checkedInMs?: number }
export type HealthReport = Health & { services: Record<string, Health> }
export type OperationSummary = {
  kind: string
  operation: string
  count: number
  errors: number
  meanMs: number
  p95Ms: number
}
export type JobCounts = { name: string; waiting: number; running: number; failed: number }
export type SystemReport = {
  services: SystemService[]
  health: HealthReport
  operations: OperationSummary[]
  jobs?: JobCounts[]
}

import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { listsQuery, segmentsQuery } from '../../api/audience.ts'
import { approveCampaign, campaignQuery, readinessQuery } from '../../api/campaigns.ts'
import { emailQuery } from '../../api/content.ts'
import { sendersQuery } from '../../api/delivery.ts'
import { pagesOf } from '../../api/pages.ts'
import type { Campaign, Readiness } from '../../api/types.ts'
import { counted, formatDateTime } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import type { CampaignStepProps } from './steps.ts'

/** Says exactly what is approved. The fingerprint ties the approval to it: any edit asks again. */
export function ApproveStep({ campaign, goTo }: CampaignStepProps) {
  const readiness = useQuery({ ...readinessQuery(campaign.id), staleTime: 0 })
  return (
    <Section title="Approve exactly this" description="Whoever approves answers for these texts going to these people.">
      <Loaded query={readiness}>
        {(found) => (
          <Stack>
            <Statement campaign={campaign} readiness={found} />
            <Decision campaign={campaign} readiness={found} goTo={goTo} />
          </Stack>
        )}
      </Loaded>
    </Section>
  )
}

function Decision({ campaign, readiness, goTo }: CampaignStepProps & { readiness: Readiness }) {
  const mayApprove = useMay()('campaigns.approve')
  const approve = useAct(() => approveCampaign(campaign.id, readiness.fingerprint), {
    done: 'Approved.',
    refresh: [campaignQuery(campaign.id).queryKey, pagesOf('/v1/campaigns')],
    onDone: () => goTo('send'),
  })
  if (campaign.approvedAt !== null) {
    return (
      <Alert
        color="teal"
        icon={<IconShieldCheck size={18} />}
        title={`Approved ${formatDateTime(campaign.approvedAt)}`}
      >
        <Button size="xs" variant="default" onClick={() => goTo('send')}>
          Go on to sending
        </Button>
      </Alert>
    )
  }
  return (
    <>
      {!readiness.ready && (
        <Alert color="orange" title="Not ready yet">
          <Button size="xs" variant="default" onClick={() => goTo('check')}>
            See what is missing
          </Button>
        </Alert>
      )}
      {!mayApprove && (
        <Alert color="gray" title="An owner or an admin approves">
          Your role lets you prepare a campaign. Ask one of them to open this page.
        </Alert>
      )}
      <ProblemAlert error={approve.error} />
      <Group justify="flex-end">
        <Button
          leftSection={<IconShieldCheck size={16} />}
          disabled={!readiness.ready || !mayApprove}
          loading={approve.isPending}
          onClick={() => approve.mutate()}
        >
          Approve
        </Button>
      </Group>
    </>
  )
}

function Statement({ campaign, readiness }: { campaign: Campaign; readiness: Readiness }) {
  const senders = useQuery(sendersQuery)
  const sender = senders.data?.rows.find(({ id }) => id === campaign.senderId)
  return (
    <Table verticalSpacing={8} horizontalSpacing={0} highlightOnHover={false}>
      <Table.Tbody>
        <Row label="Campaign">{campaign.name}</Row>
        <Row label="Goes to">
          <AudienceName campaign={campaign} />
          {readiness.audienceCount !== null && `, ${counted(readiness.audienceCount, 'person', 'people')} now`}
        </Row>
        <Row label="From">{sender ? `${sender.fromName} <${sender.fromEmail}>` : '–'}</Row>
        {campaign.variants.map(({ id, label, emailId, share }) => (
          <Row key={id} label={`Variant ${label}`}>
            <VariantSubject emailId={emailId} /> {share} %
          </Row>
        ))}
        <Row label="Held out">{campaign.holdoutPercent} %</Row>
        <Row label="Fingerprint">
          <Text span size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {readiness.fingerprint}
          </Text>
        </Row>
      </Table.Tbody>
    </Table>
  )
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={130} style={{ verticalAlign: 'top' }}>
        {label}
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  )
}

function AudienceName({ campaign: { audience } }: { campaign: Campaign }) {
  const lists = useQuery(listsQuery)
  const segments = useQuery(segmentsQuery)
  if (audience === null) return '–'
  if (audience.kind === 'everyone') return 'Everyone'
  if (audience.kind === 'list')
    return `List “${lists.data?.rows.find(({ id }) => id === audience.listId)?.name ?? '…'}”`
  return `Segment “${segments.data?.rows.find(({ id }) => id === audience.segmentId)?.name ?? '…'}”`
}

function VariantSubject({ emailId }: { emailId: string }) {
  const email = useQuery(emailQuery(emailId))
  return (
    <TextLink to={paths.email(emailId)} inherit>
      “{email.data?.subject ?? '…'}”
    </TextLink>
  )
}

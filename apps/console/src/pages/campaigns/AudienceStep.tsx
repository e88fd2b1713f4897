import { Alert, Button, Group, NumberInput, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { contactCountsQuery, listsQuery, segmentCountQuery, segmentsQuery } from '../../api/audience.ts'
import { campaignQuery, updateCampaign } from '../../api/campaigns.ts'
import { sendersQuery } from '../../api/delivery.ts'
import type { AudienceRef, Campaign } from '../../api/types.ts'
import { counted, formatNumber } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { audienceOf, valueOfAudience } from './audience-choice.ts'
import type { CampaignStepProps } from './steps.ts'

/** Who gets it, from whom, and whether some are held out. */
export function AudienceStep({ campaign, goTo }: CampaignStepProps) {
  const mayWrite = useMay()('campaigns.write')
  const senders = useQuery(sendersQuery)
  const choices = useAudienceChoices()
  const form = useForm({
    initialValues: {
      audience: valueOfAudience(campaign.audience),
      senderId: campaign.senderId ?? '',
      holdoutPercent: campaign.holdoutPercent,
    },
    validate: {
      audience: (value) => (value === '' ? 'Choose who gets it' : null),
      senderId: (value) => (value === '' ? 'Choose a sender' : null),
    },
  })
  const { submit, isPending, problem } = useSubmit(
    form,
    ({ audience, ...rest }) => updateCampaign(campaign.id, { ...rest, audience: audienceOf(audience) }),
    { refresh: [campaignQuery(campaign.id).queryKey], onDone: () => goTo('check') },
  )
  const audience = audienceOf(form.values.audience)
  const sender = senders.data?.rows.find(({ id }) => id === form.values.senderId)
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Section title="Audience and sender" description="Who is in it is settled at the launch, not now.">
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <div>
              <Select
                label="Audience"
                placeholder="Choose"
                data={choices}
                searchable
                {...form.getInputProps('audience')}
              />
              {audience && <AudienceCount audience={audience} />}
            </div>
            <div>
              <Select
                label="Sender"
                placeholder="Choose"
                data={senders.data?.rows.map(({ id, name }) => ({ value: id, label: name })) ?? []}
                {...form.getInputProps('senderId')}
              />
              {sender && (
                <Text size="sm" c="dimmed" mt={4}>
                  {sender.fromName} &lt;{sender.fromEmail}&gt;
                  {sender.kind === 'sandbox' && ', into the sandbox mailbox: nothing leaves this machine'}
                </Text>
              )}
            </div>
          </SimpleGrid>
          {senders.data?.rows.length === 0 && (
            <Alert color="accent" title="There is no sender yet">
              <TextLink to={paths.settingsSection('senders')}>Make one under Settings</TextLink>: the sandbox needs
              nothing but a name.
            </Alert>
          )}
          <NumberInput
            label="Held out"
            description="This share gets nothing, so that you can see what the campaign itself changed."
            min={0}
            max={50}
            suffix=" %"
            maw={260}
            {...form.getInputProps('holdoutPercent')}
          />
          <Shares campaign={campaign} holdout={form.values.holdoutPercent} />
          <ProblemAlert error={problem} />
          <Group justify="flex-end">
            <Button type="submit" loading={isPending} disabled={!mayWrite}>
              Save and go on
            </Button>
          </Group>
        </Stack>
      </Section>
    </form>
  )
}

function useAudienceChoices() {
  const lists = useQuery(listsQuery)
  const segments = useQuery(segmentsQuery)
  return [
    { group: 'All', items: [{ value: 'everyone', label: 'Everyone' }] },
    {
      group: 'Lists',
      items: lists.data?.rows.map(({ id, name }) => ({ value: `list:${id}`, label: name })) ?? [],
    },
    {
      group: 'Segments',
      items: segments.data?.rows.map(({ id, name }) => ({ value: `segment:${id}`, label: name })) ?? [],
    },
  ].filter(({ items }) => items.length > 0)
}

/** How many people an audience is right now. */
function AudienceCount({ audience }: { audience: AudienceRef }) {
  const counts = useQuery(contactCountsQuery)
  const lists = useQuery(listsQuery)
  const segments = useQuery(segmentsQuery)
  const segment = audience.kind === 'segment' && segments.data?.rows.find(({ id }) => id === audience.segmentId)
  const ofSegment = useQuery({
    ...segmentCountQuery(segment ? segment.rules : { match: 'all', conditions: [], groups: [] }),
    enabled: Boolean(segment),
  })
  const count =
    audience.kind === 'everyone'
      ? counts.data?.contacts
      : audience.kind === 'list'
        ? lists.data?.rows.find(({ id }) => id === audience.listId)?.contacts
        : ofSegment.data?.count
  if (count === undefined) return null
  return (
    <Text size="sm" c="dimmed" mt={4} aria-live="polite">
      {counted(count, 'contact')} now
      {counts.data && audience.kind === 'everyone' && `, ${formatNumber(counts.data.reachable)} of them reachable`}
    </Text>
  )
}

function Shares({ campaign, holdout }: { campaign: Campaign; holdout: number }) {
  if (campaign.variants.length === 0) return null
  return (
    <Text size="sm" c="dimmed">
      Of the {100 - holdout} % who are written to:{' '}
      {campaign.variants.map(({ label, share }) => `${label} ${share} %`).join(', ')}.
    </Text>
  )
}

import { Alert, Button, Divider, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconCalendarTime, IconSend } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { homeQuery } from '../../api/analytics.ts'
import { campaignQuery, moveCampaign, readinessQuery, scheduleCampaign } from '../../api/campaigns.ts'
import { pagesOf } from '../../api/pages.ts'
import type { Campaign } from '../../api/types.ts'
import { counted, formatDateTime, timeZone } from '../../format.ts'
import { ButtonLink } from '../../links.tsx'
import { isLaunched } from '../../parts/campaign-address.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import type { CampaignStepProps } from './steps.ts'

/** Now, or at a time; after that the report is where it goes on. */
export function SendStep({ campaign, goTo }: CampaignStepProps) {
  const maySend = useMay()('campaigns.send')
  switch (campaign.state) {
    case 'draft':
      return (
        <Section title="Send">
          <Alert color="gray" title="It waits for its approval">
            <Button size="xs" variant="default" onClick={() => goTo('approve')}>
              Go to the approval
            </Button>
          </Alert>
        </Section>
      )
    case 'approved':
      return <ReadyToSend campaign={campaign} maySend={maySend} />
    case 'scheduled':
      return <Scheduled campaign={campaign} maySend={maySend} />
    default:
      return (
        <Section title="Send">
          <Alert color="teal" title={endWords[campaign.state] ?? 'It is on its way'}>
            {isLaunched(campaign) && (
              <ButtonLink size="xs" variant="default" to={paths.campaignReport(campaign.id)}>
                Open the live report
              </ButtonLink>
            )}
          </Alert>
        </Section>
      )
  }
}

const endWords: Partial<Record<Campaign['state'], string>> = { cancelled: 'It was cancelled', done: 'It was sent' }

const refreshOf = (campaign: Campaign) => [
  campaignQuery(campaign.id).queryKey,
  pagesOf('/v1/campaigns'),
  homeQuery.queryKey,
]

function ReadyToSend({ campaign, maySend }: { campaign: Campaign; maySend: boolean }) {
  const navigate = useNavigate()
  const readiness = useQuery(readinessQuery(campaign.id))
  const send = useAct(() => moveCampaign(campaign.id, 'send'), {
    refresh: refreshOf(campaign),
    onDone: () => navigate({ to: paths.campaignReport(campaign.id) }),
  })
  const count = readiness.data?.audienceCount
  return (
    <Section title="Send" description="It is approved. The audience is frozen the moment it launches.">
      <Stack>
        {!maySend && (
          <Alert color="gray" title="An owner or an admin sends">
            Your role lets you prepare a campaign.
          </Alert>
        )}
        <Confirm
          title="Send it now?"
          text={`${counted(count ?? 0, 'person', 'people')} will be written to. You can pause at any time; what is already out stays out.`}
          action="Send now"
          color="accent"
          busy={send.isPending}
          onConfirm={() => send.mutateAsync()}
        >
          {(ask) => (
            <Group>
              <Button size="md" leftSection={<IconSend size={18} />} disabled={!maySend} onClick={ask}>
                Send now
              </Button>
              {count !== undefined && count !== null && (
                <Text size="sm" c="dimmed">
                  to {counted(count, 'person', 'people')}
                </Text>
              )}
            </Group>
          )}
        </Confirm>
        <Divider label="or later" labelPosition="left" />
        <ScheduleForm campaign={campaign} maySend={maySend} />
      </Stack>
    </Section>
  )
}

function ScheduleForm({ campaign, maySend }: { campaign: Campaign; maySend: boolean }) {
  const form = useForm({
    initialValues: { at: '' },
    validate: {
      at: (value) => (Date.parse(value) > Date.now() ? null : 'Choose a time to come'),
    },
  })
  const { submit, isPending, problem } = useSubmit(
    form,
    // The input means the time of this browser's zone, which the label names.
    ({ at }) => scheduleCampaign(campaign.id, new Date(at).toISOString()),
    { done: 'Scheduled.', refresh: refreshOf(campaign) },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Group align="flex-end">
        <TextInput
          type="datetime-local"
          label={`Time (${timeZone()})`}
          required
          style={{ flex: '0 1 260px' }}
          {...form.getInputProps('at')}
        />
        <Button
          type="submit"
          variant="default"
          loading={isPending}
          disabled={!maySend}
          leftSection={<IconCalendarTime size={16} />}
        >
          Schedule
        </Button>
      </Group>
      <ProblemAlert error={problem} />
    </form>
  )
}

function Scheduled({ campaign, maySend }: { campaign: Campaign; maySend: boolean }) {
  const unschedule = useAct(() => moveCampaign(campaign.id, 'unschedule'), {
    done: 'It is no longer scheduled.',
    refresh: refreshOf(campaign),
  })
  return (
    <Section title="Scheduled">
      <Stack>
        <Text>
          It launches at <strong>{campaign.scheduledAt && formatDateTime(campaign.scheduledAt)}</strong> ({timeZone()}).
        </Text>
        <Group>
          <Button
            variant="default"
            disabled={!maySend}
            loading={unschedule.isPending}
            onClick={() => unschedule.mutate()}
          >
            Take it off the schedule
          </Button>
        </Group>
      </Stack>
    </Section>
  )
}

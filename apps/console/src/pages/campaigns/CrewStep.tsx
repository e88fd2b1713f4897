import { Alert, Badge, Button, Group, Stack, Text, Tooltip } from '@mantine/core'
import { IconPlayerStop, IconUsersGroup } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { crewRunQuery, modelsQuery, stopCrewRun } from '../../api/ai.ts'
import { campaignQuery } from '../../api/campaigns.ts'
import type { CrewRun, StepState } from '../../api/types.ts'
import { useLive, useLiveState } from '../../api/use-live.ts'
import { formatUsd } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { LiveMark } from '../../ui/LiveMark.tsx'
import { Section } from '../../ui/Section.tsx'
import { CrewStepCard } from './CrewStepCard.tsx'
import type { CampaignStepProps } from './steps.ts'

const safetyMs = 3_000

/** The crew at work, word by word. */
export function CrewStep({ campaign, goTo }: CampaignStepProps) {
  if (campaign.crewRunId === null) {
    return (
      <Section title="Crew">
        <Blank icon={IconUsersGroup} title="The crew has not been asked" text="Write a brief, and they begin at once.">
          <Button onClick={() => goTo('brief')}>Write the brief</Button>
        </Blank>
      </Section>
    )
  }
  return <CrewAtWork runId={campaign.crewRunId} campaignId={campaign.id} goTo={goTo} />
}

interface CrewAtWorkProps extends Pick<CampaignStepProps, 'goTo'> {
  runId: string
  campaignId: string
}

function CrewAtWork({ runId, campaignId, goTo }: CrewAtWorkProps) {
  const client = useQueryClient()
  const { queryKey } = crewRunQuery(runId)
  const [streamed, setStreamed] = useState<Readonly<Record<string, string>>>({})
  const run = useQuery({
    ...crewRunQuery(runId),
    // What came between the first read and the first live message is not lost for long.
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? safetyMs : false),
  })
  useLive(run.data && isOver(run.data) ? undefined : `crew-run/${runId}`, (message) => {
    if (message.type === 'text') {
      const { step, text } = message as unknown as { step: string; text: string }
      return setStreamed((before) => ({ ...before, [step]: (before[step] ?? '') + text }))
    }
    if (message.type === 'step') {
      const { step } = message as unknown as { step: StepState }
      client.setQueryData(queryKey, (before) => before && withStep(before, step))
      return
    }
    void client.invalidateQueries({ queryKey })
    void client.invalidateQueries({ queryKey: campaignQuery(campaignId).queryKey })
  })
  return <Loaded query={run}>{(found) => <RunView run={found} streamed={streamed} goTo={goTo} />}</Loaded>
}

interface RunViewProps extends Pick<CampaignStepProps, 'goTo'> {
  run: CrewRun
  streamed: Readonly<Record<string, string>>
}

function RunView({ run, streamed, goTo }: RunViewProps) {
  const live = useLiveState()
  return (
    <Section
      title="Crew at work"
      description={
        <Group gap="xs" mt={6}>
          {run.offline && <OfflineBadge />}
          <Badge color="gray">Cost: {formatUsd(run.costUsd)}</Badge>
        </Group>
      }
      actions={isOver(run) ? null : <LiveMark state={live} />}
    >
      <Stack gap="sm" aria-live="polite" aria-busy={!isOver(run)}>
        {run.steps.map((step) => (
          <CrewStepCard key={step.step} step={step} text={longer(step.text, streamed[step.step])} />
        ))}
        {run.failure && (
          <Alert color="red" title="The crew could not finish">
            {run.failure}
          </Alert>
        )}
        <RunActions run={run} goTo={goTo} />
      </Stack>
    </Section>
  )
}

function RunActions({ run, goTo }: Pick<RunViewProps, 'run' | 'goTo'>) {
  const stop = useAct(() => stopCrewRun(run.id), { refresh: [crewRunQuery(run.id).queryKey] })
  if (!isOver(run)) {
    return (
      <Group justify="flex-end">
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} />}
          loading={stop.isPending}
          onClick={() => stop.mutate()}
        >
          Stop
        </Button>
      </Group>
    )
  }
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={() => goTo('brief')}>
        Change the brief
      </Button>
      {run.variants.length > 0 && <Button onClick={() => goTo('variants')}>Edit and compare the drafts</Button>}
    </Group>
  )
}

/** Said wherever the offline writer's text shows. */
export function OfflineBadge() {
  const models = useQuery(modelsQuery)
  const note = models.data?.rows.find(({ provider }) => provider === 'offline')?.note
  return (
    <Tooltip label={note ?? 'These texts were composed by rules from your brief and your brand’s facts.'}>
      <Badge color="orange" variant="light" tabIndex={0}>
        <Text span inherit>
          Offline writer — not a language model
        </Text>
      </Badge>
    </Tooltip>
  )
}

function isOver({ state }: CrewRun): boolean {
  return state === 'done' || state === 'failed' || state === 'stopped'
}

function withStep(run: CrewRun, step: StepState): CrewRun {
  return { ...run, steps: run.steps.map((before) => (before.step === step.step ? step : before)) }
}

function longer(stored: string, streamed = ''): string {
  return streamed.length > stored.length ? streamed : stored
}

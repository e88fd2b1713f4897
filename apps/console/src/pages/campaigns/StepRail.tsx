import { NavLink, Select, Stack, ThemeIcon } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { Campaign } from '../../api/types.ts'
import { type CampaignStepKey, campaignSteps, isStepDone } from './steps.ts'

export interface StepRailProps {
  campaign: Campaign
  step: CampaignStepKey
  onStep: (step: CampaignStepKey) => void
}

/** The way from a brief to sent mail; any step can be looked at again. A select on a phone. */
export function StepRail({ campaign, step, onStep }: StepRailProps) {
  return (
    <nav aria-label="Steps of the campaign">
      <Select
        hiddenFrom="md"
        aria-label="Step"
        data={campaignSteps.map(({ key, label }, index) => ({ value: key, label: `${index + 1} of 7 · ${label}` }))}
        value={step}
        onChange={(key) => key && onStep(key as CampaignStepKey)}
        allowDeselect={false}
      />
      <Stack gap={2} visibleFrom="md">
        {campaignSteps.map(({ key, label, text }, index) => {
          const isDone = isStepDone(campaign, key)
          return (
            <NavLink
              key={key}
              component="button"
              type="button"
              label={label}
              description={text}
              active={key === step}
              aria-current={key === step ? 'step' : undefined}
              onClick={() => onStep(key)}
              leftSection={
                <ThemeIcon
                  size={24}
                  radius="xl"
                  variant={isDone ? 'filled' : 'light'}
                  color={isDone ? 'teal' : key === step ? 'accent' : 'gray'}
                  fz={12}
                >
                  {isDone ? <IconCheck size={14} aria-label="done" /> : index + 1}
                </ThemeIcon>
              }
            />
          )
        })}
      </Stack>
    </nav>
  )
}

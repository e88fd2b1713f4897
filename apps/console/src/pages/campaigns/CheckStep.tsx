import { Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { readinessQuery } from '../../api/campaigns.ts'
import type { Readiness } from '../../api/types.ts'
import { counted } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { Section } from '../../ui/Section.tsx'
import type { CampaignStepKey, CampaignStepProps } from './steps.ts'
import { TestSendForm } from './TestSendForm.tsx'

type CheckName = Readiness['checks'][number]['name']

const checks = {
  sender: { label: 'Sender', step: 'audience' },
  audience: { label: 'Audience', step: 'audience' },
  variants: { label: 'Variants', step: 'variants' },
  content: { label: 'Content', step: 'variants' },
  shares: { label: 'Shares', step: 'variants' },
  postal_address: { label: 'Postal address', step: 'audience' },
  unsubscribe: { label: 'Unsubscribe', step: 'variants' },
} as const satisfies Record<CheckName, { label: string; step: CampaignStepKey }>

const pictures = {
  pass: <IconCircleCheck size={20} color="var(--tone-green)" aria-label="Pass" />,
  warn: <IconAlertTriangle size={20} color="var(--tone-amber)" aria-label="Look" />,
  fail: <IconCircleX size={20} color="var(--tone-red)" aria-label="Fix" />,
} as const

/** What the campaign still needs, and a test message to see it as it will arrive. */
export function CheckStep({ campaign, goTo }: CampaignStepProps) {
  const readiness = useQuery({ ...readinessQuery(campaign.id), staleTime: 0 })
  return (
    <Stack gap="lg">
      <Section
        title="Ready?"
        description={
          readiness.data &&
          (readiness.data.ready
            ? `Everything is in place for ${counted(readiness.data.audienceCount ?? 0, 'person', 'people')}.`
            : 'Something is missing before it can be approved.')
        }
        actions={
          <Button
            variant="default"
            size="xs"
            leftSection={<IconRefresh size={14} />}
            loading={readiness.isFetching}
            onClick={() => readiness.refetch()}
          >
            Check again
          </Button>
        }
      >
        <Loaded query={readiness}>
          {(found) => (
            <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
              {found.checks.map(({ name, state, text }) => (
                <Group component="li" key={name} gap="sm" wrap="nowrap" align="flex-start">
                  {pictures[state]}
                  <div style={{ flex: 1 }}>
                    <Text size="sm" fw={550}>
                      {checks[name].label}
                    </Text>
                    <Text size="sm" c="dimmed">
                      {text}
                    </Text>
                  </div>
                  {state !== 'pass' && (
                    <Button variant="default" size="compact-sm" onClick={() => goTo(checks[name].step)}>
                      {state === 'fail' ? 'Fix' : 'Look'}
                    </Button>
                  )}
                </Group>
              ))}
            </Stack>
          )}
        </Loaded>
      </Section>
      {campaign.variants.length > 0 && (
        <Section title="Test message" description="One message now, through the sender of this campaign.">
          <TestSendForm campaign={campaign} />
        </Section>
      )}
      <Group justify="flex-end">
        <Button disabled={!readiness.data?.ready} onClick={() => goTo('approve')}>
          Go on to the approval
        </Button>
      </Group>
    </Stack>
  )
}

import { Box, Group, Stack, Text } from '@mantine/core'
import type { CampaignReport } from '../../api/types.ts'
import { counted, formatNumber, formatPercent } from '../../format.ts'
import { Section } from '../../ui/Section.tsx'

const words = { audience: 'Audience', sent: 'Sent', opened: 'Opened', clicked: 'Clicked' } as const

/** From everyone to those who clicked; what machines did stands apart. */
export function Funnel({ report }: { report: CampaignReport }) {
  const { funnel, total } = report
  const whole = Math.max(1, funnel[0]?.count ?? 0)
  const sent = funnel.find(({ step }) => step === 'sent')?.count ?? 0
  return (
    <Section title="Funnel" description="People, each counted once; opened and clicked of those sent">
      <Stack gap="md" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {funnel.map(({ step, count }, index) => (
          <li key={step}>
            <Group justify="space-between" mb={4}>
              <Text size="sm">{words[step]}</Text>
              <Text size="sm" className="numbers">
                <strong>{formatNumber(count)}</strong>{' '}
                {index > 0 && (
                  <Text span c="dimmed">
                    {formatPercent(count, step === 'sent' ? whole : sent)}
                  </Text>
                )}
              </Text>
            </Group>
            <Box h={10} style={{ borderRadius: 5, background: 'var(--line)' }}>
              <Box
                h={10}
                style={{
                  borderRadius: 5,
                  width: `${(count / whole) * 100}%`,
                  background: 'var(--tone-accent)',
                  opacity: 1 - index * 0.15,
                  transition: 'width .3s',
                }}
              />
            </Box>
          </li>
        ))}
      </Stack>
      <Text size="xs" c="dimmed" mt="md">
        {counted(total.unsubscribed, 'person', 'people')} unsubscribed. Not counted above, because a scanner or a mail
        proxy most likely made them: {formatNumber(total.machineOpened)} opens and {formatNumber(total.machineClicked)}{' '}
        clicks.
      </Text>
    </Section>
  )
}

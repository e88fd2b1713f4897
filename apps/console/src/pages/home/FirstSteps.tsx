import { Group, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { sendersQuery } from '../../api/delivery.ts'
import { ButtonLink } from '../../links.tsx'
import { paths } from '../../paths.ts'
import { Section } from '../../ui/Section.tsx'

/** What a new workspace needs, in order. Goes away with the first campaign. */
export function FirstSteps({ contacts, campaigns }: { contacts: number; campaigns: number }) {
  const senders = useQuery(sendersQuery)
  const steps = [
    {
      title: 'Import contacts',
      text: 'Drop a CSV: exports of Mailchimp, HubSpot, listmonk and Google Contacts are recognised.',
      done: contacts > 0,
      to: paths.contactImport,
      action: 'Import',
    },
    {
      title: 'Make a sender',
      text: 'The sandbox sends into a mailbox of this console: nothing leaves this machine.',
      done: (senders.data?.rows.length ?? 0) > 0,
      to: paths.settingsSection('senders'),
      action: 'Make',
    },
    {
      title: 'Start the first campaign',
      text: 'Give the crew a brief, read what it wrote, approve, send, and watch it live.',
      done: campaigns > 0,
      to: paths.newCampaign,
      action: 'Start',
    },
  ]
  const next = steps.find(({ done }) => !done)
  return (
    <Section title="First steps" description="Three things, and your first campaign is on its way.">
      <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
        {steps.map((step, index) => (
          <Group component="li" key={step.title} gap="md" wrap="nowrap" align="flex-start">
            <ThemeIcon variant={step.done ? 'filled' : 'light'} color={step.done ? 'teal' : 'accent'} radius="xl">
              {step.done ? <IconCheck size={16} aria-label="done" /> : <Text size="sm">{index + 1}</Text>}
            </ThemeIcon>
            <div style={{ flex: 1 }}>
              <Title order={3}>{step.title}</Title>
              <Text size="sm" c="dimmed">
                {step.text}
              </Text>
            </div>
            {!step.done && (
              <ButtonLink to={step.to} size="xs" variant={step === next ? 'filled' : 'default'}>
                {step.action}
              </ButtonLink>
            )}
          </Group>
        ))}
      </Stack>
    </Section>
  )
}

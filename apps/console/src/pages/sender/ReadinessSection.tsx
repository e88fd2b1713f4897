import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { checkSenderQuery } from '../../api/delivery.ts'
import type { Sender, SenderCheck } from '../../api/types.ts'
import { useMay } from '../../session.ts'
import { DnsRecordCard } from '../../ui/DnsRecordCard.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { RowSkeletons } from '../../ui/RowSkeletons.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { checkStates, senderChecks } from '../../words.ts'
import { tlsLight } from './readiness.ts'

/** A light for each thing that receivers judge bulk senders by, with the record that would mend it. */
export function ReadinessSection({ sender }: { sender: Sender }) {
  const mayCheck = useMay()('delivery.write')
  const { data, error, isFetching, refetch } = useQuery({ ...checkSenderQuery(sender), enabled: mayCheck })
  if (!mayCheck) return null
  return (
    <Section
      title="Readiness"
      description="Looked up now: what Google, Yahoo, Microsoft and others ask of those who send in bulk."
      actions={
        <Button variant="default" loading={isFetching} onClick={() => refetch()}>
          Check again
        </Button>
      }
    >
      <ProblemAlert error={error} onRetry={() => refetch()} />
      {data === undefined && !error && <RowSkeletons />}
      {data && (
        <Stack gap="md" aria-live="polite">
          {data.bulk.state !== 'skipped' && (
            <Alert color={data.bulk.state === 'pass' ? 'teal' : 'orange'}>{data.bulk.text}</Alert>
          )}
          <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
            {data.checks.map(({ name, state, text, record }) => (
              <Light key={name} name={senderChecks[name]} state={state} text={text}>
                {record && <DnsRecordCard record={record} />}
              </Light>
            ))}
            <Light name="TLS" {...tlsLight(sender)} />
          </Stack>
        </Stack>
      )}
    </Section>
  )
}

interface LightProps {
  name: string
  state: SenderCheck['state']
  text: string
  children?: ReactNode
}

function Light({ name, state, text, children }: LightProps) {
  const word = checkStates[state]
  return (
    <li>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <span className="light" style={{ '--dot': `var(--tone-${word.tone})` }} aria-hidden="true" />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {name}
            </Text>
            <ToneBadge word={word} />
          </Group>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {text}
          </Text>
          {children && <div style={{ marginTop: 8 }}>{children}</div>}
        </div>
      </Group>
    </li>
  )
}

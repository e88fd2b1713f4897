import { Button, Group, Stack, Text } from '@mantine/core'
import type { AppearanceSettings, CustomDomain } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { DnsRecordCard } from '../../ui/DnsRecordCard.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import type { Word } from '../../words.ts'
import { useKeepAppearance } from './use-appearance.ts'

const states: Record<CustomDomain['state'], Word> = {
  unproven: { label: 'Not proven yet', tone: 'amber' },
  proven: { label: 'Proven', tone: 'green' },
  in_use: { label: 'In use', tone: 'green' },
  lost: { label: 'Record is gone', tone: 'red' },
}

export interface DomainProofProps {
  domain: CustomDomain
  check: () => Promise<AppearanceSettings>
  mayWrite: boolean
  children?: React.ReactNode
}

/** A domain, whether it counts, and what to publish so that it does. */
export function DomainProof({ domain, check, mayWrite, children }: DomainProofProps) {
  const keep = useKeepAppearance()
  const verify = useAct(check, { done: `${domain.domain} is proven.`, onDone: keep })
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Text fw={550} style={{ overflowWrap: 'anywhere' }}>
          {domain.domain}
        </Text>
        <span aria-live="polite">
          <ToneBadge word={states[domain.state]} />
        </span>
        {domain.checkedAt && (
          <Text component="span" size="xs" c="dimmed">
            checked <Moment at={domain.checkedAt} />
          </Text>
        )}
      </Group>
      {domain.state === 'lost' && (
        <Text size="sm">The record that proves it was not found. Publish it again within three days.</Text>
      )}
      <Text size="sm" c="dimmed">
        Publish this in DNS, where the domain is managed:
      </Text>
      {domain.records.map((record) => (
        <DnsRecordCard key={record.type} record={record} />
      ))}
      {mayWrite && (
        <Group gap="xs">
          <Button variant="default" size="xs" loading={verify.isPending} onClick={() => verify.mutate()}>
            Check the record
          </Button>
          {children}
        </Group>
      )}
    </Stack>
  )
}

import { Group, Text } from '@mantine/core'
import { CopyField } from './CopyField.tsx'

export interface PublishedRecord {
  name: string
  type: string
  value: string
}

/** A record to publish, each part with a button that copies it. */
export function DnsRecordCard({ record: { name, type, value } }: { record: PublishedRecord }) {
  return (
    <Group gap="sm" align="flex-end" p="sm" style={{ borderRadius: 8, border: '1px dashed var(--line)' }}>
      <Text size="xs" fw={600} w={36} pb={9}>
        {type}
      </Text>
      <div style={{ flex: '1 1 220px', minWidth: 0 }}>
        <CopyField label="Name" value={name} />
      </div>
      <div style={{ flex: '2 1 260px', minWidth: 0 }}>
        <CopyField label="Value" value={value} />
      </div>
    </Group>
  )
}

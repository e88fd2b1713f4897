import { Alert, Code, List, Text } from '@mantine/core'
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import type { AuditVerification } from '../../api/types.ts'
import { faultWords } from '../../audit-words.ts'
import { counted, formatDateTime } from '../../format.ts'

const findingsShown = 10

/** What reading the whole trail has shown. */
export function VerificationAlert({ verification }: { verification: AuditVerification }) {
  const { intact, entries, checkpoints, lastCheckpointAt, lastHash, findings } = verification
  const read = `${counted(entries, 'entry', 'entries')} read, held against ${counted(checkpoints, 'signed checkpoint')}`
  if (intact) {
    return (
      <Alert color="teal" icon={<IconShieldCheck size={18} />} title="The trail is whole">
        <Text size="sm">
          {read}
          {lastCheckpointAt ? `, the last of ${formatDateTime(lastCheckpointAt)}` : ''}. The last hash is{' '}
          <Code style={{ overflowWrap: 'anywhere' }}>{lastHash}</Code>
        </Text>
      </Alert>
    )
  }
  return (
    <Alert color="red" role="alert" icon={<IconShieldX size={18} />} title="The trail is not as it was written">
      <Text size="sm">{read}.</Text>
      <List size="sm" mt={4}>
        {findings.slice(0, findingsShown).map(({ kind, sequence, text }) => (
          <List.Item key={`${kind} ${sequence}`}>
            <strong>{faultWords[kind]}:</strong> {text}
          </List.Item>
        ))}
      </List>
      {findings.length > findingsShown && <Text size="sm">And {findings.length - findingsShown} more.</Text>}
    </Alert>
  )
}

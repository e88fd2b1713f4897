import { Code, Modal, Stack, Table, Text } from '@mantine/core'
import type { AuditRecord } from '../../api/types.ts'
import { actionWords, actorWords } from '../../audit-words.ts'
import { formatDateTime } from '../../format.ts'
import { Changes } from './Changes.tsx'

/** All that is known of one entry. */
export function EntryModal({ entry, onClose }: { entry: AuditRecord | undefined; onClose: () => void }) {
  return (
    <Modal
      opened={entry !== undefined}
      onClose={onClose}
      size="lg"
      title={<Text fw={600}>{entry ? actionWords(entry.action) : ''}</Text>}
    >
      {entry && (
        <Stack>
          <Changes before={entry.before} after={entry.after} />
          <Facts entry={entry} />
        </Stack>
      )}
    </Modal>
  )
}

const actorKinds = { person: 'Person', api_key: 'API key', anonymous: '', system: '' } as const

function Facts({ entry }: { entry: AuditRecord }) {
  const { actor, target } = entry
  const facts: readonly (readonly [string, string | null, 'code'?])[] = [
    ['Done', formatDateTime(entry.occurredAt)],
    ['By', [actorWords(entry), actorKinds[actor.kind]].filter((word) => word !== '').join(' · ')],
    ['On', target && [target.name, target.kind.replaceAll('_', ' '), target.id].filter(Boolean).join(' · ')],
    ['From', entry.address],
    ['With', entry.userAgent],
    ['By way of', entry.operation, 'code'],
    ['Request', entry.requestId, 'code'],
    ['Entry', String(entry.sequence)],
    ['Recorded', formatDateTime(entry.recordedAt)],
    ['Hash', entry.hash, 'code'],
    ['Of the entry before', entry.previousHash, 'code'],
  ]
  return (
    <Table aria-label="Facts" withRowBorders={false} verticalSpacing={3}>
      <Table.Tbody>
        {facts
          .filter(([, value]) => value !== null && value !== '')
          .map(([label, value, isCode]) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" w={150} c="dimmed" fw={400}>
                {label}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{isCode ? <Code>{value}</Code> : value}</Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  )
}

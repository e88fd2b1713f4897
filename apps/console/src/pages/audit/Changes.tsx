import { Table, Text } from '@mantine/core'
import type { AuditRecord } from '../../api/types.ts'
import { fieldWords, valueWords } from '../../audit-words.ts'

/** What it was beside what it became, a line a field. */
export function Changes({ before, after }: Pick<AuditRecord, 'before' | 'after'>) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  if (names.length === 0) return null
  return (
    <Table.ScrollContainer minWidth={0}>
      <Table aria-label="Changes" withTableBorder withColumnBorders>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            {before && <Table.Th>Before</Table.Th>}
            {after && <Table.Th>{before ? 'After' : 'Value'}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {names.map((name) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={500} style={{ verticalAlign: 'top' }}>
                {fieldWords(name)}
              </Table.Th>
              {before && <Value value={before[name]} tone={after ? 'red' : undefined} />}
              {after && <Value value={after[name]} tone={before ? 'teal' : undefined} />}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Value({ value, tone }: { value: unknown; tone: 'red' | 'teal' | undefined }) {
  return (
    <Table.Td style={{ verticalAlign: 'top', ...(tone ? { background: `var(--mantine-color-${tone}-light)` } : {}) }}>
      <Text
        size="sm"
        ff={typeof value === 'object' && value !== null && !Array.isArray(value) ? 'monospace' : 'text'}
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {valueWords(value)}
      </Text>
    </Table.Td>
  )
}

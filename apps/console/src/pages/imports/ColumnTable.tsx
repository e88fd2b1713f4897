import { Group, Select, Text } from '@mantine/core'
import type { ColumnTarget, Field, FieldType, Import } from '../../api/types.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { choicesOf, fieldTypes } from '../../words.ts'
import { targetChoices, targetOfValue, valueOfTarget } from './column-target.ts'

export interface ColumnTableProps {
  columns: Import['columns']
  targets: readonly ColumnTarget[]
  fields: readonly Field[]
  onChange: (index: number, target: ColumnTarget) => void
}

interface Row {
  index: number
  header: string
  samples: readonly string[]
  target: ColumnTarget
}

/** The columns of a file: header, first values, and what it becomes. */
export function ColumnTable({ columns, targets, fields, onChange }: ColumnTableProps) {
  const rows = columns.map(({ header, samples, target }, index) => ({
    index,
    header,
    samples,
    target: targets[index] ?? target,
  }))
  const shown: readonly Column<Row>[] = [
    {
      header: 'In the file',
      bare: true,
      clip: true,
      cell: ({ header, index }) => (
        <Text size="sm" fw={550}>
          {header || `Column ${index + 1}`}
        </Text>
      ),
    },
    {
      header: 'First values',
      clip: true,
      cell: ({ samples }) => (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {samples.filter((sample) => sample !== '').join(' · ') || 'empty'}
        </Text>
      ),
    },
    { header: 'Becomes', cell: (row) => <TargetSelect row={row} fields={fields} onChange={onChange} /> },
  ]
  return <DataTable label="Columns" rows={rows} columns={shown} keyOf={({ index }) => String(index)} />
}

function TargetSelect({ row, fields, onChange }: { row: Row } & Pick<ColumnTableProps, 'fields' | 'onChange'>) {
  const { header, index, target } = row
  return (
    <Group gap="xs" wrap="nowrap">
      <Select
        aria-label={`What the column ${header} becomes`}
        data={targetChoices(fields)}
        value={valueOfTarget(target)}
        onChange={(value) => value && onChange(index, targetOfValue(value, header))}
        allowDeselect={false}
        searchable
        w={190}
        comboboxProps={{ width: 220 }}
      />
      {target.kind === 'new_field' && (
        <Select
          aria-label={`Type of the new field ${header}`}
          data={choicesOf(fieldTypes)}
          value={target.type}
          onChange={(type) => type && onChange(index, targetOfValue('new_field', header, type as FieldType))}
          allowDeselect={false}
          w={120}
        />
      )}
    </Group>
  )
}

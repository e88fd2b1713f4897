import { Table, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'

export interface Column<T> {
  header: string
  cell: (row: T) => ReactNode
  align?: 'right'
  /** Long texts end in an ellipsis. */
  clip?: boolean
  /** Stands alone without its header on a phone: what names the row, and its buttons. */
  bare?: boolean
}

export interface DataTableProps<T> {
  label: string
  rows: readonly T[]
  columns: readonly Column<T>[]
  keyOf: (row: T) => string
}

/** A table; on a phone each row becomes a small card with its headers beside the values. */
export function DataTable<T>({ label, rows, columns, keyOf }: DataTableProps<T>) {
  return (
    <Table.ScrollContainer minWidth={0}>
      <Table aria-label={label} className="cards-on-phone">
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ header, align }) => (
              <Table.Th key={header} data-align={align}>
                {header === '' ? <VisuallyHidden>Actions</VisuallyHidden> : header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={keyOf(row)}>
              {columns.map(({ header, cell, align, clip, bare }) => (
                <Table.Td
                  key={header}
                  data-align={align}
                  className={clip ? 'cell-clip' : ''}
                  data-label={bare || header === '' ? undefined : header}
                >
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

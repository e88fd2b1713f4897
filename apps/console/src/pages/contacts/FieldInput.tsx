import { NumberInput, Select, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Field, FieldValue } from '../../api/types.ts'

export interface FieldInputProps {
  field: Pick<Field, 'label' | 'type'>
  value?: FieldValue
  onChange?: (value: FieldValue) => void
  error?: ReactNode
}

/** The input that fits a field's type. */
export function FieldInput({ field, value, onChange, error }: FieldInputProps) {
  const { label, type } = field
  if (type === 'number') {
    return (
      <NumberInput
        label={label}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange?.(typeof next === 'number' ? next : null)}
        error={error}
      />
    )
  }
  if (type === 'yes_no') {
    return (
      <Select
        label={label}
        data={[
          { value: 'true', label: 'Yes' },
          { value: 'false', label: 'No' },
        ]}
        value={typeof value === 'boolean' ? String(value) : null}
        onChange={(next) => onChange?.(next === null ? null : next === 'true')}
        clearable
        error={error}
      />
    )
  }
  return (
    <TextInput
      label={label}
      type={type === 'date' ? 'date' : 'text'}
      value={typeof value === 'string' ? (type === 'date' ? value.slice(0, 10) : value) : ''}
      onChange={(event) => onChange?.(event.currentTarget.value)}
      error={error}
    />
  )
}

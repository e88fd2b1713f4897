import { NumberInput, Select, TextInput } from '@mantine/core'
import type { Condition, Field, FieldValue } from '../../api/types.ts'
import { choicesOf, contactStatuses } from '../../words.ts'
import { isPresence, operators, withField, withOperator } from './rules.ts'

type FieldCondition = Extract<Condition, { kind: 'field' }>

export interface FieldConditionInputsProps {
  condition: FieldCondition
  fields: readonly Field[]
  onChange: (condition: FieldCondition) => void
}

export function FieldConditionInputs({ condition, fields, onChange }: FieldConditionInputsProps) {
  const field = fields.find(({ key }) => key === condition.field)
  const type = field?.type ?? 'text'
  return (
    <>
      <Select
        aria-label="Field"
        data={fields.map(({ key, label }) => ({ value: key, label }))}
        value={condition.field}
        onChange={(key) => {
          const chosen = fields.find((candidate) => candidate.key === key)
          if (chosen) onChange(withField(condition, chosen))
        }}
        allowDeselect={false}
        searchable
        w={160}
      />
      <Select
        aria-label="Comparison"
        data={choicesOf(operators[type])}
        value={condition.operator}
        onChange={(operator) =>
          operator && onChange(withOperator(condition, operator as FieldCondition['operator'], type))
        }
        allowDeselect={false}
        w={150}
      />
      {!isPresence(condition.operator) && (
        <ValueInput
          fieldKey={condition.field}
          type={type}
          value={condition.value}
          onChange={(value) => onChange({ ...condition, value })}
        />
      )}
    </>
  )
}

interface ValueInputProps {
  fieldKey: string
  type: Field['type']
  value: FieldValue
  onChange: (value: FieldValue) => void
}

function ValueInput({ fieldKey, type, value, onChange }: ValueInputProps) {
  const style = { flex: '1 1 140px' }
  if (fieldKey === 'status' || type === 'yes_no') {
    const choices = type === 'yes_no' ? choicesOf({ true: 'yes', false: 'no' }) : choicesOf(contactStatuses)
    return (
      <Select
        aria-label="Value"
        data={choices}
        value={value === '' ? null : String(value)}
        onChange={(next) => onChange(type === 'yes_no' ? next === 'true' : next)}
        allowDeselect={false}
        style={style}
      />
    )
  }
  if (type === 'number') {
    return (
      <NumberInput
        aria-label="Value"
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(typeof next === 'number' ? next : '')}
        style={style}
      />
    )
  }
  return (
    <TextInput
      aria-label="Value"
      placeholder="Value"
      type={type === 'date' ? 'date' : 'text'}
      value={String(value ?? '')}
      onChange={(event) => onChange(event.currentTarget.value)}
      style={style}
    />
  )
}

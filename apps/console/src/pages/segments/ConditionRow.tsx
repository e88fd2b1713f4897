import { ActionIcon, Autocomplete, Group, NumberInput, Select } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { fieldsQuery, listsQuery, tagsQuery } from '../../api/audience.ts'
import type { Condition } from '../../api/types.ts'
import { choicesOf, conditionKinds } from '../../words.ts'
import { FieldConditionInputs } from './FieldConditionInputs.tsx'
import { extraFields, newCondition } from './rules.ts'

export interface ConditionRowProps {
  condition: Condition
  onChange: (condition: Condition) => void
  onRemove: () => void
}

/** One question about a contact. */
export function ConditionRow({ condition, onChange, onRemove }: ConditionRowProps) {
  return (
    <Group gap="xs" align="flex-start" role="group" aria-label={`${conditionKinds[condition.kind]} condition`}>
      <Select
        aria-label="What is asked about"
        data={choicesOf(conditionKinds)}
        value={condition.kind}
        onChange={(kind) => kind && kind !== condition.kind && onChange(newCondition(kind as Condition['kind']))}
        allowDeselect={false}
        w={130}
      />
      <ConditionInputs condition={condition} onChange={onChange} />
      <ActionIcon aria-label="Remove this condition" onClick={onRemove} size={34} ml="auto">
        <IconX size={16} stroke={1.6} />
      </ActionIcon>
    </Group>
  )
}

function ConditionInputs({ condition, onChange }: Pick<ConditionRowProps, 'condition' | 'onChange'>) {
  const fields = useQuery(fieldsQuery)
  switch (condition.kind) {
    case 'field':
      return (
        <FieldConditionInputs
          condition={condition}
          fields={[...(fields.data?.rows ?? []), ...extraFields]}
          onChange={onChange}
        />
      )
    case 'tag':
      return <TagInputs condition={condition} onChange={onChange} />
    case 'list':
      return <ListInputs condition={condition} onChange={onChange} />
    case 'engagement':
      return <EngagementInputs condition={condition} onChange={onChange} />
  }
}

type InputsProps<K extends Condition['kind']> = {
  condition: Extract<Condition, { kind: K }>
  onChange: (condition: Condition) => void
}

function TagInputs({ condition, onChange }: InputsProps<'tag'>) {
  const tags = useQuery(tagsQuery)
  return (
    <>
      <Select
        aria-label="Has or has not"
        data={choicesOf({ has: 'has the tag', has_not: 'has not the tag' })}
        value={condition.operator}
        onChange={(operator) => onChange({ ...condition, operator: operator === 'has_not' ? 'has_not' : 'has' })}
        allowDeselect={false}
        w={160}
      />
      <Autocomplete
        aria-label="Tag"
        placeholder="Tag"
        data={tags.data?.rows.map(({ tag }) => tag) ?? []}
        value={condition.tag}
        onChange={(tag) => onChange({ ...condition, tag })}
        style={{ flex: '1 1 140px' }}
      />
    </>
  )
}

function ListInputs({ condition, onChange }: InputsProps<'list'>) {
  const lists = useQuery(listsQuery)
  return (
    <>
      <Select
        aria-label="On or not on"
        data={choicesOf({ in: 'is on the list', not_in: 'is not on the list' })}
        value={condition.operator}
        onChange={(operator) => onChange({ ...condition, operator: operator === 'not_in' ? 'not_in' : 'in' })}
        allowDeselect={false}
        w={160}
      />
      <Select
        aria-label="List"
        placeholder="List"
        data={lists.data?.rows.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={condition.listId || null}
        onChange={(listId) => onChange({ ...condition, listId: listId ?? '' })}
        searchable
        style={{ flex: '1 1 140px' }}
      />
    </>
  )
}

const actions = { sent: 'get a message', opened: 'open a message', clicked: 'click a link' } as const

function EngagementInputs({ condition, onChange }: InputsProps<'engagement'>) {
  const { withinDays, ...rest } = condition
  return (
    <>
      <Select
        aria-label="Did or did not"
        data={choicesOf({ did: 'did', did_not: 'did not' })}
        value={condition.operator}
        onChange={(operator) => onChange({ ...condition, operator: operator === 'did_not' ? 'did_not' : 'did' })}
        allowDeselect={false}
        w={110}
      />
      <Select
        aria-label="What they did"
        data={choicesOf(actions)}
        value={condition.action}
        onChange={(action) => action && onChange({ ...condition, action: action as keyof typeof actions })}
        allowDeselect={false}
        style={{ flex: '1 1 140px' }}
      />
      <NumberInput
        aria-label="In how many last days"
        placeholder="ever"
        prefix="last "
        suffix=" days"
        min={1}
        max={3650}
        value={withinDays ?? ''}
        onChange={(days) => onChange(typeof days === 'number' ? { ...rest, withinDays: days } : rest)}
        w={140}
      />
    </>
  )
}

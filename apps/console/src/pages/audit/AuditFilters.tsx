import { Autocomplete, Group, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { apiKeysQuery } from '../../api/identity.ts'
import { membersQuery } from '../../api/people.ts'
import { auditAreas } from '../../audit-words.ts'
import { useMay } from '../../session.ts'
import { SearchInput } from '../../ui/SearchInput.tsx'
import { choicesOf, keyIn } from '../../words.ts'

export const auditFilterNames = ['actor', 'action', 'target', 'from', 'to'] as const
type Name = (typeof auditFilterNames)[number]

export interface AuditFiltersProps {
  filters: Record<Name, string | undefined>
  setFilter: (name: Name, value: string | null | undefined) => void
}

export function AuditFilters({ filters, setFilter }: AuditFiltersProps) {
  return (
    <Group px="lg" pb="md" gap="xs">
      <ActorInput key={filters.actor ?? ''} value={filters.actor} onChange={(value) => setFilter('actor', value)} />
      <Select
        aria-label="What was done"
        placeholder="Everything done"
        data={choicesOf(auditAreas)}
        value={keyIn(auditAreas, filters.action) ?? null}
        onChange={(value) => setFilter('action', value)}
        searchable
        clearable
        w={170}
      />
      <SearchInput
        label="On what: name or id"
        value={filters.target}
        onSearch={(value) => setFilter('target', value)}
      />
      <Group gap={6} wrap="nowrap">
        <DayInput label="From day" value={filters.from} onChange={(value) => setFilter('from', value)} />
        <Text size="sm" c="dimmed" aria-hidden="true">
          to
        </Text>
        <DayInput label="To day" value={filters.to} onChange={(value) => setFilter('to', value)} />
      </Group>
    </Group>
  )
}

/** One of the members and keys there are, or the name of one who is gone. */
function ActorInput({ value, onChange }: { value: string | undefined; onChange: (value: string | undefined) => void }) {
  const may = useMay()
  const members = useQuery({ ...membersQuery, enabled: may('members.read') })
  const keys = useQuery({ ...apiKeysQuery, enabled: may('keys.manage') })
  const people = (members.data?.rows ?? []).map(({ userId, email }) => ({ id: userId, name: email }))
  const programs = (keys.data?.rows ?? []).map(({ id, name }) => ({ id, name }))
  const known = [...people, ...programs]
  const [typed, setTyped] = useState<string>()
  const tell = useDebouncedCallback((name: string) => {
    const found = known.find((each) => each.name === name)
    onChange(found?.id ?? (name.trim() || undefined))
  }, 400)
  return (
    <Autocomplete
      aria-label="Who did it"
      placeholder="Anybody"
      data={[
        { group: 'People', items: unique(people) },
        { group: 'API keys', items: unique(programs) },
      ]}
      value={typed ?? known.find(({ id }) => id === value)?.name ?? value ?? ''}
      onChange={(name) => {
        setTyped(name)
        tell(name)
      }}
      clearable
      w={190}
    />
  )
}

function unique(known: readonly { name: string }[]): string[] {
  return [...new Set(known.map(({ name }) => name))]
}

function DayInput({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | undefined
  onChange: (value: string) => void
}) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      title={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
      w={140}
    />
  )
}

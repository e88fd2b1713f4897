import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { contactQuery, contactsQuery } from '../../api/audience.ts'
import type { Contact } from '../../api/types.ts'

export interface ContactSelectProps {
  value: string | undefined
  onChange: (id: string | undefined) => void
  label?: string
}

/** Finds a contact by typing. */
export function ContactSelect({ value, onChange, label = 'Preview as' }: ContactSelectProps) {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, 250)
  const chosen = useQuery({ ...contactQuery(value ?? ''), enabled: value !== undefined })
  const isChosenName = chosen.data !== undefined && search === nameOf(chosen.data)
  const found = useInfiniteQuery({
    ...contactsQuery({ search: search === '' || isChosenName ? undefined : search }),
    placeholderData: keepPreviousData,
  })
  const rows = found.data?.pages[0]?.rows ?? []
  const all = chosen.data && !rows.some(({ id }) => id === value) ? [chosen.data, ...rows] : rows
  return (
    <Select
      aria-label={label}
      placeholder={`${label} a sample contact`}
      data={all.map((contact) => ({ value: contact.id, label: nameOf(contact) }))}
      filter={({ options }) => options}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      searchable
      clearable
      onSearchChange={setTyped}
      nothingFoundMessage="Nobody by that name"
      size="xs"
      w={250}
    />
  )
}

function nameOf({ firstName, lastName, email }: Contact): string {
  const name = `${firstName} ${lastName}`.trim()
  return name === '' ? email : `${name} (${email})`
}

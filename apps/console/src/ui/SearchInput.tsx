import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'

/** A search box that tells what was typed after a short pause; `/` puts the focus here. */
export function SearchInput({
  label,
  value,
  onSearch,
}: {
  label: string
  value: string | undefined
  onSearch: (value: string | undefined) => void
}) {
  const [text, setText] = useState(value ?? '')
  const tell = useDebouncedCallback((next: string) => onSearch(next.trim() === '' ? undefined : next.trim()), 250)
  const change = (next: string) => {
    setText(next)
    tell(next)
  }
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      data-search-box
      leftSection={<IconSearch size={16} stroke={1.6} />}
      rightSection={text !== '' && <CloseButton size="sm" aria-label="Clear search" onClick={() => change('')} />}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      style={{ flex: '1 1 220px', maxWidth: 360 }}
    />
  )
}

import { TagsInput } from '@mantine/core'
import type { ReactNode } from 'react'

/** Where a key works from. */
export function NetworksInput({
  value,
  onChange,
  error,
}: {
  value: string[]
  onChange: (value: string[]) => void
  error?: ReactNode
}) {
  return (
    <TagsInput
      label="Works from"
      description="Addresses and networks, such as 192.0.2.7 or 2001:db8::/32. Anywhere when empty."
      placeholder={value.length === 0 ? 'Anywhere' : ''}
      splitChars={[',', ' ', ';']}
      acceptValueOnBlur
      clearable
      value={value}
      onChange={onChange}
      error={error}
    />
  )
}

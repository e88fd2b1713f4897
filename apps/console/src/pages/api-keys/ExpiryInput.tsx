import { Group, Select, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useState } from 'react'

const spans = { never: 'Never', '30': 'In 30 days', '90': 'In 90 days', '365': 'In a year', day: 'On a day' } as const

/** When a key ends: a moment, or null for never. */
export function ExpiryInput({
  value,
  onChange,
  error,
}: {
  value: string | null
  onChange: (value: string | null) => void
  error?: ReactNode
}) {
  const [span, setSpan] = useState<keyof typeof spans>(value === null ? 'never' : 'day')
  const choose = (next: keyof typeof spans) => {
    setSpan(next)
    if (next !== 'day') onChange(next === 'never' ? null : inDays(Number(next)))
  }
  return (
    <Group align="flex-start" gap="xs">
      <Select
        label="Expires"
        data={Object.entries(spans).map(([key, label]) => ({ value: key, label }))}
        value={span}
        onChange={(next) => choose((next ?? 'never') as keyof typeof spans)}
        allowDeselect={false}
        error={span === 'day' ? undefined : error}
      />
      {span === 'day' && (
        <TextInput
          type="date"
          label="Day"
          value={value === null ? '' : dayOf(value)}
          onChange={(event) => onChange(endOf(event.currentTarget.value))}
          error={error}
        />
      )}
    </Group>
  )
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString()
}

/** As a day is counted here. */
function dayOf(moment: string): string {
  const date = new Date(moment)
  const part = (number: number) => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`
}

function endOf(day: string): string | null {
  const end = new Date(`${day}T23:59:59`)
  return Number.isNaN(end.getTime()) ? null : end.toISOString()
}

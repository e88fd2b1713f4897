import { Checkbox, Fieldset, Group, Stack, Text, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ApiKey } from '../../api/types.ts'
import { areaName, byArea, verbName } from './scopes.ts'

type Scope = ApiKey['permissions'][number]

export interface ScopesInputProps {
  /** What can be given at all. */
  all: readonly Scope[]
  value: readonly Scope[]
  onChange: (value: Scope[]) => void
  error?: ReactNode
}

/** What the key may do, a line an area. */
export function ScopesInput({ all, value, onChange, error }: ScopesInputProps) {
  const chosen = new Set(value)
  const toggle = (scope: Scope, isOn: boolean) =>
    onChange(all.filter((each) => (each === scope ? isOn : chosen.has(each))))
  return (
    <Fieldset legend="What it may do">
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed">
          {value.length} of {all.length}
        </Text>
        <Group gap="md">
          <UnstyledButton fz="sm" c="accent" onClick={() => onChange([...all])}>
            All
          </UnstyledButton>
          <UnstyledButton fz="sm" c="accent" onClick={() => onChange(all.filter((scope) => scope.endsWith('.read')))}>
            Reading only
          </UnstyledButton>
          <UnstyledButton fz="sm" c="accent" onClick={() => onChange([])}>
            None
          </UnstyledButton>
        </Group>
      </Group>
      <Stack gap={8}>
        {byArea(all).map(([area, scopes]) => (
          <Group key={area} role="group" aria-label={areaName(area)} gap="md" wrap="nowrap" align="flex-start">
            <Text size="sm" w={{ base: 112, xs: 170 }} style={{ flex: 'none' }}>
              {areaName(area)}
            </Text>
            <Group gap="md" wrap="nowrap">
              {scopes.map((scope) => (
                <Checkbox
                  key={scope}
                  size="sm"
                  label={verbName(scope)}
                  aria-label={`${areaName(area)}: ${verbName(scope)}`}
                  checked={chosen.has(scope)}
                  onChange={(event) => toggle(scope, event.currentTarget.checked)}
                />
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
      {error && (
        <Text size="sm" c="red" mt="xs">
          {error}
        </Text>
      )}
    </Fieldset>
  )
}

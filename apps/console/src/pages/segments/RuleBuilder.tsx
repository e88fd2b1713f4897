import { Box, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Condition, SegmentRules } from '../../api/types.ts'
import { ConditionRow } from './ConditionRow.tsx'
import { newCondition, newGroup, removeAt, replaceAt } from './rules.ts'

const mostConditions = 20
const mostGroups = 10

export function RuleBuilder({ rules, onChange }: { rules: SegmentRules; onChange: (rules: SegmentRules) => void }) {
  const { groups } = rules
  return (
    <Stack>
      <Match match={rules.match} onChange={(match) => onChange({ ...rules, match })}>
        of these are true for a contact
      </Match>
      <Conditions rows={rules.conditions} onChange={(conditions) => onChange({ ...rules, conditions })} />
      {groups.map((group, index) => (
        <Box
          // biome-ignore lint/suspicious/noArrayIndexKey: a group has nothing else that names it
          key={index}
          p="md"
          style={{ border: '1px solid var(--line)', borderRadius: 10, background: 'var(--page)' }}
        >
          <Stack>
            <Group justify="space-between">
              <Match
                match={group.match}
                onChange={(match) => onChange({ ...rules, groups: replaceAt(groups, index, { ...group, match }) })}
              >
                of this group
              </Match>
              <Button
                size="compact-xs"
                variant="subtle"
                color="gray"
                onClick={() => onChange({ ...rules, groups: removeAt(groups, index) })}
              >
                Remove group
              </Button>
            </Group>
            <Conditions
              rows={group.conditions}
              onChange={(conditions) =>
                onChange({ ...rules, groups: replaceAt(groups, index, { ...group, conditions }) })
              }
            />
          </Stack>
        </Box>
      ))}
      {groups.length < mostGroups && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange({ ...rules, groups: [...groups, newGroup()] })}
          style={{ alignSelf: 'flex-start' }}
        >
          Add a group
        </Button>
      )}
    </Stack>
  )
}

interface MatchProps {
  match: SegmentRules['match']
  onChange: (match: SegmentRules['match']) => void
  children: ReactNode
}

function Match({ match, onChange, children }: MatchProps) {
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        aria-label="All or any"
        data={[
          { value: 'all', label: 'All' },
          { value: 'any', label: 'Any' },
        ]}
        value={match}
        onChange={(value) => onChange(value === 'any' ? 'any' : 'all')}
      />
      <Text size="sm" c="dimmed">
        {children}
      </Text>
    </Group>
  )
}

function Conditions({ rows, onChange }: { rows: readonly Condition[]; onChange: (rows: Condition[]) => void }) {
  return (
    <Stack gap="sm">
      {rows.map((condition, index) => (
        <ConditionRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a condition has nothing else that names it
          key={index}
          condition={condition}
          onChange={(changed) => onChange(replaceAt(rows, index, changed))}
          onRemove={() => onChange(removeAt(rows, index))}
        />
      ))}
      {rows.length < mostConditions && (
        <Button
          variant="light"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...rows, newCondition('field')])}
          style={{ alignSelf: 'flex-start' }}
        >
          Add a condition
        </Button>
      )}
    </Stack>
  )
}

import { Button, Card, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import type { Finding } from '../../api/types.ts'
import { counted } from '../../format.ts'

/** What a check found, errors first; a body's line is one click away. */
export function FindingList({ findings, onLine }: { findings: readonly Finding[]; onLine?: (line: number) => void }) {
  const errors = findings.filter(({ level }) => level === 'error')
  const warnings = findings.filter(({ level }) => level === 'warning')
  return (
    <Card padding="sm" component="section" aria-label="What the check found" aria-live="polite">
      <Group gap={8} mb={findings.length > 0 ? 'xs' : 0}>
        {findings.length === 0 && <IconCircleCheck size={18} color="var(--tone-green)" />}
        <Text size="sm" fw={550}>
          {findings.length === 0
            ? 'Nothing to fix'
            : [
                errors.length > 0 && counted(errors.length, 'error'),
                warnings.length > 0 && counted(warnings.length, 'warning'),
              ]
                .filter(Boolean)
                .join(', ')}
        </Text>
      </Group>
      <Stack gap={8}>
        {[...errors, ...warnings].map((finding) => (
          <Group key={`${finding.where} ${finding.line} ${finding.message}`} gap={8} wrap="nowrap" align="flex-start">
            {finding.level === 'error' ? (
              <IconCircleX size={18} color="var(--tone-red)" style={{ flex: 'none' }} aria-label="Error" />
            ) : (
              <IconAlertTriangle size={18} color="var(--tone-amber)" style={{ flex: 'none' }} aria-label="Warning" />
            )}
            <Text size="sm" style={{ flex: 1 }}>
              {finding.message}
            </Text>
            <Place finding={finding} onLine={onLine} />
          </Group>
        ))}
      </Stack>
    </Card>
  )
}

function Place({ finding, onLine }: { finding: Finding; onLine: ((line: number) => void) | undefined }) {
  const { where, line } = finding
  if (line !== null && where === 'body' && onLine) {
    return (
      <Button variant="light" size="compact-xs" onClick={() => onLine(line)}>
        Line {line}
      </Button>
    )
  }
  return (
    <Text size="xs" c="dimmed">
      {where}
    </Text>
  )
}

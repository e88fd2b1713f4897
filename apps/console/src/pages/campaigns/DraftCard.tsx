import { Badge, Group, Text, UnstyledButton } from '@mantine/core'
import type { AcceptedDraft, Verdict } from '../../api/types.ts'
import { StarterPicture } from '../emails/StarterPicture.tsx'

export interface DraftCardProps {
  variant: AcceptedDraft['variants'][number]
  verdict: Verdict | undefined
  rationale: string
  selected: boolean
  onSelect: () => void
}

/** A variant at a glance: how it looks in the inbox, what it tries, what the critic says. */
export function DraftCard({ variant, verdict, rationale, selected, onSelect }: DraftCardProps) {
  return (
    <UnstyledButton
      onClick={onSelect}
      aria-pressed={selected}
      style={{
        border: `1px solid ${selected ? 'var(--tone-accent)' : 'var(--line)'}`,
        boxShadow: selected ? '0 0 0 1px var(--tone-accent)' : undefined,
        borderRadius: 10,
        overflow: 'hidden',
        display: 'flex',
        flexDirection: 'column',
      }}
    >
      <StarterPicture
        draft={{
          name: variant.label,
          subject: variant.subject,
          preheader: variant.preheader ?? '',
          body: variant.body,
          format: 'mjml',
        }}
      />
      <div style={{ padding: 12 }}>
        <Group justify="space-between" gap={4} mb={4}>
          <Text size="xs" c="dimmed" fw={600}>
            {variant.label}
          </Text>
          {verdict && <Badge color={verdict.ok ? 'teal' : 'red'}>{verdict.ok ? 'Passed' : 'Look again'}</Badge>}
        </Group>
        <Text size="sm" fw={600} lineClamp={2}>
          {variant.subject}
        </Text>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {variant.preheader}
        </Text>
        {rationale && (
          <Text size="xs" c="dimmed" mt={6} lineClamp={3}>
            {rationale}
          </Text>
        )}
      </div>
    </UnstyledButton>
  )
}

import { Button, Group, Stack, Text } from '@mantine/core'
import { endHold, engineQuery } from '../../api/sending.ts'
import type { Hold, Sender } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { destinationName, holdKinds } from '../../sending-words.ts'
import { useMay } from '../../session.ts'
import { Due } from '../../ui/Due.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { nameOf } from './BacklogSection.tsx'

/** Receivers that asked for less, in their own words, and the way to go on before the time is over. */
export function HoldsSection({ holds, senders }: { holds: readonly Hold[]; senders: readonly Sender[] }) {
  if (holds.length === 0) return null
  return (
    <Section
      title="Asked for less"
      description="Sending goes on by itself when the time is over, slowly at first."
      flush
    >
      <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {holds.map((hold) => (
          <HoldRow key={`${hold.senderId} ${hold.destination}`} hold={hold} sender={nameOf(senders, hold.senderId)} />
        ))}
      </Stack>
    </Section>
  )
}

function HoldRow({ hold, sender }: { hold: Hold; sender: string }) {
  const mayWrite = useMay()('delivery.write')
  const { senderId, destination } = hold
  const end = useAct(() => endHold({ senderId, destination }), {
    done: `${sender} sends to ${destinationName(destination)} again.`,
    refresh: [engineQuery.queryKey],
  })
  return (
    <li style={{ borderTop: '1px solid var(--line)', padding: '14px 20px' }}>
      <Group justify="space-between" gap="sm">
        <div style={{ flex: '1 1 300px', minWidth: 0 }}>
          <Group gap="xs">
            <Text component="div" size="sm" fw={550}>
              {destinationName(destination)} asked “{sender}” for less until <Due at={hold.until} />
            </Text>
            <ToneBadge word={holdKinds[hold.kind]} />
          </Group>
          <Text component="div" size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            “{hold.reason}” <Moment at={hold.since} />
          </Text>
        </div>
        {mayWrite && (
          <Button variant="default" size="xs" loading={end.isPending} onClick={() => end.mutate()}>
            Send again now
          </Button>
        )}
      </Group>
    </li>
  )
}

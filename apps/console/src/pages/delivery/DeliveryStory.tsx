import { Alert, Badge, Button, Group, SimpleGrid, Stack, Text, Timeline } from '@mantine/core'
import {
  type Icon,
  IconBan,
  IconCircleCheck,
  IconClick,
  IconClock,
  IconEye,
  IconHandClick,
  IconHelp,
  IconInbox,
  IconMailForward,
  IconMailX,
  IconMessageReply,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { sendersQuery } from '../../api/delivery.ts'
import { storyQuery } from '../../api/sending.ts'
import type { DeliveryStory as Story, StoryStep } from '../../api/types.ts'
import { formatDateTime, formatPercent } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { paths } from '../../paths.ts'
import { storyKinds } from '../../sending-words.ts'
import { useMay } from '../../session.ts'
import { CopyTag } from '../../ui/CopyTag.tsx'
import { Due } from '../../ui/Due.tsx'
import { ToneBadge, toneColor } from '../../ui/Tone.tsx'
import { deliveryStates } from '../../words.ts'
import { ResolveDialog } from './ResolveDialog.tsx'

const everyMs = 5_000

/** Everything known of one delivery: where it stands, and each thing that happened, in order. */
export function DeliveryStory({ deliveryId }: { deliveryId: string }) {
  const story = useQuery({ ...storyQuery(deliveryId), refetchInterval: everyMs })
  return <Loaded query={story}>{(found) => <Told story={found} />}</Loaded>
}

function Told({ story }: { story: Story }) {
  const mayWrite = useMay()('delivery.write')
  return (
    <Stack gap="lg">
      <Facts story={story} />
      {story.trouble && (
        <Alert color="orange" title="Its sender can send nothing just now">
          {story.trouble}
        </Alert>
      )}
      {story.state === 'unknown' && (
        <Alert color="orange" icon={<IconHelp size={18} />} title="Nobody here can know whether it arrived">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">
              The line broke after the message and before the answer. It stays as it is until somebody decides.
            </Text>
            {mayWrite && (
              <ResolveDialog deliveries={{ kind: 'ids', ids: [story.id] }} count={1}>
                {(open) => (
                  <Button size="xs" variant="default" onClick={open}>
                    Decide what became of it
                  </Button>
                )}
              </ResolveDialog>
            )}
          </Stack>
        </Alert>
      )}
      <StoryTimeline steps={story.story} />
    </Stack>
  )
}

function Facts({ story }: { story: Story }) {
  const senders = useQuery(sendersQuery)
  const sender = senders.data?.rows.find(({ id }) => id === story.senderId)
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="sm">
      <Fact label="State">
        <Group gap="xs">
          <ToneBadge word={deliveryStates[story.state]} />
          {story.dueAt && (
            <Text size="sm" component="div">
              <NextTry at={story.dueAt} />
            </Text>
          )}
        </Group>
      </Fact>
      <Fact label="Attempts">{story.attempts}</Fact>
      <Fact label="Recipient">
        {story.contactId === null ? (
          story.email
        ) : (
          <TextLink to={paths.contact(story.contactId)} size="sm">
            {story.email}
          </TextLink>
        )}
      </Fact>
      <Fact label="Sender">
        <TextLink to={paths.sender(story.senderId)} size="sm">
          {sender?.name ?? 'Sender'}
        </TextLink>
      </Fact>
      <div style={{ gridColumn: '1 / -1' }}>
        <Fact label="Message-ID begins with">
          <CopyTag value={story.tag} />
        </Fact>
      </div>
    </SimpleGrid>
  )
}

function NextTry({ at }: { at: string }) {
  if (Date.parse(at) <= Date.now()) return 'next try when it is its turn'
  return (
    <>
      next try <Due at={at} />
    </>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="div" size="sm" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  )
}

const pictures: Readonly<Record<StoryStep['kind'], Icon>> = {
  queued: IconClock,
  deferred: IconClock,
  accepted: IconMailForward,
  failed: IconMailX,
  suppressed: IconBan,
  unknown: IconHelp,
  cancelled: IconBan,
  held: IconBan,
  resolved: IconHandClick,
  opened: IconEye,
  clicked: IconClick,
  delivered: IconInbox,
  delayed: IconClock,
  bounced: IconMailX,
  complained: IconBan,
  unsubscribed: IconBan,
  replied: IconMessageReply,
  auto_replied: IconCircleCheck,
}

function StoryTimeline({ steps }: { steps: readonly StoryStep[] }) {
  return (
    <Timeline bulletSize={26} lineWidth={2} active={steps.length} aria-label="Story">
      {steps.map(({ at, kind, text, machine }) => {
        const { label, tone } = storyKinds[kind]
        const Picture = pictures[kind]
        return (
          <Timeline.Item
            key={`${at} ${kind} ${text}`}
            color={toneColor(tone)}
            bullet={<Picture size={14} stroke={1.8} />}
            title={
              <Group gap="xs">
                <Text size="sm" fw={550}>
                  {label}
                </Text>
                {machine !== null && <Doer machine={machine} />}
              </Group>
            }
          >
            {text !== '' && text !== label && (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {text}
              </Text>
            )}
            <Text size="xs" c="dimmed">
              {formatDateTime(at)}
            </Text>
          </Timeline.Item>
        )
      })}
    </Timeline>
  )
}

const mostLikely = 0.5

/** Who opened or clicked: the likelihood that it was a scanner or a proxy decides which figure it counts in. */
function Doer({ machine }: { machine: number }) {
  const isMachine = machine >= mostLikely
  return (
    <Badge color={isMachine ? 'gray' : 'teal'} title={`Likelihood of a machine: ${formatPercent(machine, 1)}`}>
      {isMachine ? 'Most likely a machine' : 'A person'}
    </Badge>
  )
}

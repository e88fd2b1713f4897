import { Text, Timeline } from '@mantine/core'
import {
  type Icon,
  IconBan,
  IconCircle,
  IconClick,
  IconEye,
  IconMail,
  IconMailX,
  IconTag,
  IconUserCheck,
  IconUserPlus,
} from '@tabler/icons-react'
import type { TimelineEntry } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'
import { Moment } from '../../ui/Moment.tsx'

/** The picture of a kind by a word in its name: kinds come from several services and grow. */
const pictures: readonly (readonly [RegExp, Icon, string])[] = [
  [/consent/, IconUserCheck, 'gray'],
  [/click/, IconClick, 'accent'],
  [/open/, IconEye, 'accent'],
  [/unsubscri|suppress|block|held|holdout/, IconBan, 'orange'],
  [/fail|bounce|complain|unknown/, IconMailX, 'red'],
  [/sent|accept|deliver|queued/, IconMail, 'teal'],
  [/tag|list|field/, IconTag, 'gray'],
  [/creat|import|subscrib|add/, IconUserPlus, 'gray'],
]

function pictureOf(kind: string) {
  return pictures.find(([word]) => word.test(kind)) ?? ([/./, IconCircle, 'gray'] as const)
}

export function ContactTimeline({ entries }: { entries: readonly TimelineEntry[] }) {
  if (entries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing has happened yet. Deliveries, opens, clicks and changes appear here.
      </Text>
    )
  }
  return (
    <Timeline bulletSize={26} lineWidth={2} active={entries.length}>
      {entries.map((entry) => {
        const [, Picture, color] = pictureOf(entry.kind)
        return (
          <Timeline.Item
            key={`${entry.at} ${entry.kind} ${entry.text}`}
            color={color}
            bullet={<Picture size={14} stroke={1.8} />}
            title={<Text size="sm">{entry.text}</Text>}
          >
            <Text component="div" size="xs" c="dimmed">
              <Moment at={entry.at} />
              {entry.campaignId && (
                <>
                  {' · '}
                  <TextLink to={paths.campaignReport(entry.campaignId)} inherit>
                    Campaign
                  </TextLink>
                </>
              )}
            </Text>
          </Timeline.Item>
        )
      })}
    </Timeline>
  )
}

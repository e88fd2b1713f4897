import { Box, Loader, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { segmentCountQuery } from '../../api/audience.ts'
import type { SegmentRules } from '../../api/types.ts'
import { counted, formatMs } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { wholeRules } from './rules.ts'

/** How many contacts the rules hold for right now, and a few of them. */
export function SegmentCountCard({ rules }: { rules: SegmentRules }) {
  const [asked] = useDebouncedValue(wholeRules(rules), 350)
  const count = useQuery({ ...segmentCountQuery(asked), placeholderData: keepPreviousData })
  return (
    <Section title="Right now" actions={count.isFetching && <Loader size="xs" aria-label="Counting" />}>
      <Box aria-live="polite">
        {count.data && (
          <>
            <Text fz="1.625rem" fw={620} className="numbers">
              {counted(count.data.count, 'contact')}
            </Text>
            <Text size="xs" c="dimmed" mb="md">
              Counted in {formatMs(count.data.tookMs)}
            </Text>
            <Stack gap={6}>
              {count.data.sample.map(({ id, email, firstName, lastName }) => (
                <Text key={id} size="sm" truncate>
                  <TextLink to={paths.contact(id)} inherit>
                    {`${firstName} ${lastName}`.trim() || email}
                  </TextLink>{' '}
                  <Text span size="xs" c="dimmed">
                    {email}
                  </Text>
                </Text>
              ))}
            </Stack>
          </>
        )}
      </Box>
      <ProblemAlert error={count.error} onRetry={() => count.refetch()} />
    </Section>
  )
}

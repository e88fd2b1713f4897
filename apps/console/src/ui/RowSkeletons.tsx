import { Group, Skeleton, Stack } from '@mantine/core'

const widths = ['38%', '52%', '30%', '46%', '35%', '42%']

export function RowSkeletons({ rows = 6 }: { rows?: number }) {
  return (
    <Stack gap="md" p="md" role="status" aria-busy="true" aria-label="Loading">
      {widths.slice(0, rows).map((width) => (
        <Group key={width} wrap="nowrap" justify="space-between">
          <Skeleton h={14} w={width} />
          <Skeleton h={14} w={90} />
        </Group>
      ))}
    </Stack>
  )
}

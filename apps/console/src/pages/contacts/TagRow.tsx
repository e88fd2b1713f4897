import { Badge, Group, Text, Tooltip } from '@mantine/core'

const shown = 3

export function TagRow({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null
  const rest = tags.slice(shown)
  return (
    <Group gap={4}>
      {tags.slice(0, shown).map((tag) => (
        <Badge key={tag} variant="default" fw={450} maw={140}>
          {tag}
        </Badge>
      ))}
      {rest.length > 0 && (
        <Tooltip label={rest.join(', ')}>
          <Text size="xs" c="dimmed">
            +{rest.length}
          </Text>
        </Tooltip>
      )}
    </Group>
  )
}

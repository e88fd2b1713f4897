import { Alert, Button, Group, List, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { isProblem } from '../api/problem.ts'

/** A failure as the server said it, with its request id for whoever looks into it. */
export function ProblemAlert({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  if (error === null || error === undefined) return null
  const problem = isProblem(error) ? error : undefined
  const sentence = error instanceof Error ? error.message : String(error)
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title ?? sentence} role="alert">
      {title && <Text size="sm">{sentence}</Text>}
      {problem && problem.violations.length > 0 && (
        <List size="sm">
          {problem.violations.map(({ path, message }) => (
            <List.Item key={path + message}>
              {message}{' '}
              <Text span size="xs" ff="monospace">
                {path}
              </Text>
            </List.Item>
          ))}
        </List>
      )}
      <Group gap="md" mt={onRetry ? 'xs' : 0}>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        {problem?.requestId && (
          <Text size="xs" ff="monospace">
            Request {problem.requestId}
          </Text>
        )}
      </Group>
    </Alert>
  )
}

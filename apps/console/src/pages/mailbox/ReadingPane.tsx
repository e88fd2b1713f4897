import { Box, Button, Group, Table, Tabs, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { sandboxMessageQuery, sandboxSourceQuery } from '../../api/delivery.ts'
import type { SandboxMessage } from '../../api/types.ts'
import { formatBytes, formatDateTime } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { MailFrame } from '../../ui/MailFrame.tsx'

const frameHeight = 'max(410px, calc(100dvh - 360px))'

export function ReadingPane({ messageId, onBack }: { messageId: string; onBack: () => void }) {
  const message = useQuery(sandboxMessageQuery(messageId))
  return (
    <Box component="article" aria-label="Message">
      <Button
        hiddenFrom="md"
        variant="subtle"
        color="gray"
        m="xs"
        leftSection={<IconArrowLeft size={16} />}
        onClick={onBack}
      >
        All messages
      </Button>
      <Loaded query={message}>{(found) => <Message message={found} />}</Loaded>
    </Box>
  )
}

function Message({ message }: { message: SandboxMessage }) {
  return (
    <>
      <Box px="md" pt="md" pb="sm">
        <Title order={2} style={{ overflowWrap: 'anywhere' }}>
          {message.subject || 'No subject'}
        </Title>
        <Group justify="space-between" gap={4} mt={4}>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {message.from} → {message.to.join(', ')}
          </Text>
          <Text size="xs" c="dimmed">
            {formatDateTime(message.receivedAt)} · {formatBytes(message.bytes)}
          </Text>
        </Group>
      </Box>
      <Tabs defaultValue={message.html ? 'html' : 'text'} keepMounted={false}>
        <Tabs.List px="md">
          <Tabs.Tab value="html" disabled={!message.html}>
            Message
          </Tabs.Tab>
          <Tabs.Tab value="text">Text</Tabs.Tab>
          <Tabs.Tab value="headers">Headers</Tabs.Tab>
          <Tabs.Tab value="source">Source</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="html">
          <MailFrame html={message.html} title="The message" kind="message" height={frameHeight} />
        </Tabs.Panel>
        <Tabs.Panel value="text">
          <pre className="mail-source" style={{ maxHeight: frameHeight }}>
            {message.text}
          </pre>
        </Tabs.Panel>
        <Tabs.Panel value="headers">
          <Headers headers={message.headers} />
        </Tabs.Panel>
        <Tabs.Panel value="source">
          <Source messageId={message.id} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Headers({ headers }: Pick<SandboxMessage, 'headers'>) {
  return (
    <Box style={{ maxHeight: frameHeight, overflow: 'auto' }}>
      <Table verticalSpacing={6}>
        <Table.Tbody>
          {headers.map(({ name, value }) => (
            <Table.Tr key={`${name} ${value}`}>
              <Table.Th style={{ verticalAlign: 'top' }}>{name}</Table.Th>
              <Table.Td
                style={{ overflowWrap: 'anywhere', fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 }}
              >
                {value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  )
}

function Source({ messageId }: { messageId: string }) {
  const source = useQuery(sandboxSourceQuery(messageId))
  return (
    <Loaded query={source}>
      {(text) => (
        <pre className="mail-source" style={{ maxHeight: frameHeight }}>
          {text}
        </pre>
      )}
    </Loaded>
  )
}

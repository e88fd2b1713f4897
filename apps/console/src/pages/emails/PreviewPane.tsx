import { Box, Card, Center, Group, Loader, SegmentedControl, Text } from '@mantine/core'
import { IconDeviceDesktop, IconDeviceMobile, IconLetterCase } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import type { Preview } from '../../api/types.ts'
import { MailFrame } from '../../ui/MailFrame.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { ContactSelect } from './ContactSelect.tsx'

const views = [
  { value: 'desktop', label: 'Desktop', icon: IconDeviceDesktop },
  { value: 'phone', label: 'Phone', icon: IconDeviceMobile },
  { value: 'text', label: 'Text', icon: IconLetterCase },
] as const
type View = (typeof views)[number]['value']

export interface PreviewPaneProps {
  preview: UseQueryResult<Preview, Error>
  contactId: string | undefined
  onContact: (id: string | undefined) => void
  height: number
  sticky?: boolean
}

/** A draft as one contact would get it. */
export function PreviewPane({ preview, contactId, onContact, height, sticky = false }: PreviewPaneProps) {
  const [view, setView] = useState<View>('desktop')
  const found = preview.data
  return (
    <Card
      component="section"
      aria-label="Preview"
      padding={0}
      style={sticky ? { position: 'sticky', top: 76 } : undefined}
    >
      <Group justify="space-between" p="sm" gap="xs" style={{ borderBottom: '1px solid var(--line)' }}>
        <ContactSelect value={contactId} onChange={onContact} />
        <Group gap="xs">
          {preview.isFetching && <Loader size="xs" aria-label="Drawing the preview" />}
          <SegmentedControl
            size="xs"
            aria-label="How to show it"
            value={view}
            onChange={(next) => setView(next as View)}
            data={views.map(({ value, label, icon: Picture }) => ({
              value,
              label: (
                <Picture size={16} stroke={1.6} aria-label={label} style={{ display: 'block', margin: '1px 4px' }} />
              ),
            }))}
          />
        </Group>
      </Group>
      <Box px="md" py="sm" style={{ borderBottom: '1px solid var(--line)' }}>
        <Text fw={600} lineClamp={2}>
          {found?.subject || 'No subject'}
        </Text>
        <Text size="sm" c="dimmed" lineClamp={1}>
          {found?.preheader || 'No preheader'}
        </Text>
      </Box>
      {preview.isError && (
        <Box p="md">
          <ProblemAlert
            error={preview.error}
            title="The preview could not be drawn"
            onRetry={() => preview.refetch()}
          />
        </Box>
      )}
      {found && <Shown preview={found} view={view} height={height} />}
      {preview.isPending && (
        <Center h={height}>
          <Loader type="dots" aria-label="Loading the preview" />
        </Center>
      )}
    </Card>
  )
}

function Shown({ preview, view, height }: { preview: Preview; view: View; height: number }) {
  if (view === 'text') {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling text must be reachable by keyboard
      <pre className="mail-source" style={{ height }} tabIndex={0}>
        {preview.text}
      </pre>
    )
  }
  return (
    <Box bg="var(--page)" px={view === 'phone' ? 'md' : 0}>
      <Box maw={view === 'phone' ? 375 : undefined} mx="auto">
        <MailFrame html={preview.html} title="Preview of the email" kind="preview" height={height} />
      </Box>
    </Box>
  )
}

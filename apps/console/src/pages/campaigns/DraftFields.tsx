import { Grid, Group, Stack, Text, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertTriangle, IconCircleX, IconThumbUp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { previewQuery } from '../../api/content.ts'
import type { AcceptedDraft, Verdict } from '../../api/types.ts'
import { CodeEditor, type CodeHandle } from '../../ui/CodeEditor.tsx'
import { FieldPicker } from '../emails/FieldPicker.tsx'
import { FindingList } from '../emails/FindingList.tsx'
import { PreviewPane } from '../emails/PreviewPane.tsx'

export interface DraftFieldsProps {
  form: UseFormReturnType<{ variants: AcceptedDraft['variants'] }>
  index: number
  verdict: Verdict | undefined
}

export function DraftFields({ form, index, verdict }: DraftFieldsProps) {
  const [contactId, previewAs] = useState<string>()
  const code = useRef<CodeHandle>(null)
  const variant = form.values.variants[index]!
  const [texts] = useDebouncedValue(
    {
      subject: variant.subject,
      preheader: variant.preheader ?? '',
      body: variant.body,
      format: 'mjml' as const,
      ...(contactId === undefined ? {} : { contactId }),
    },
    300,
  )
  const preview = useQuery(previewQuery(texts))
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, xl: 6 }}>
        <Stack gap="sm">
          <TextInput label="Subject" required {...form.getInputProps(`variants.${index}.subject`)} />
          <TextInput label="Preheader" {...form.getInputProps(`variants.${index}.preheader`)} />
          <Group justify="flex-end">
            <FieldPicker onPick={(text) => code.current?.insert(text)} />
          </Group>
          <CodeEditor
            ref={code}
            label={`Body of ${variant.label}`}
            height={340}
            value={variant.body}
            onChange={(body) => form.setFieldValue(`variants.${index}.body`, body)}
          />
          <FindingList findings={preview.data?.findings ?? []} onLine={(line) => code.current?.goToLine(line)} />
          {verdict && <Remarks verdict={verdict} />}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, xl: 6 }}>
        <PreviewPane preview={preview} contactId={contactId} onContact={previewAs} height={520} />
      </Grid.Col>
    </Grid>
  )
}

const pictures = {
  error: <IconCircleX size={16} color="var(--tone-red)" aria-label="Error" style={{ flex: 'none' }} />,
  warning: <IconAlertTriangle size={16} color="var(--tone-amber)" aria-label="Warning" style={{ flex: 'none' }} />,
  praise: <IconThumbUp size={16} color="var(--tone-green)" aria-label="Praise" style={{ flex: 'none' }} />,
} as const

function Remarks({ verdict }: { verdict: Verdict }) {
  return (
    <Stack gap={6} component="section" aria-label="What the critic and compliance said">
      <Text size="sm" fw={550}>
        Critic and compliance
      </Text>
      {verdict.remarks.map(({ level, text }) => (
        <Group key={text} gap={8} wrap="nowrap" align="flex-start">
          {pictures[level]}
          <Text size="sm">{text}</Text>
        </Group>
      ))}
      {verdict.remarks.length === 0 && (
        <Text size="sm" c="dimmed">
          No remarks.
        </Text>
      )}
    </Stack>
  )
}

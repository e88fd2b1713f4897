import {
  Badge,
  Button,
  Grid,
  Group,
  Input,
  Kbd,
  SegmentedControl,
  SimpleGrid,
  Stack,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue, useHotkeys } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { emailQuery, previewQuery, updateEmail } from '../../api/content.ts'
import { pagesOf } from '../../api/pages.ts'
import { fieldErrors, isProblem } from '../../api/problem.ts'
import type { Email, EmailDraft } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { say, sayProblem } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { CodeEditor, type CodeHandle } from '../../ui/CodeEditor.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { ConflictDialog } from './ConflictDialog.tsx'
import { FieldPicker } from './FieldPicker.tsx'
import { FindingList } from './FindingList.tsx'
import { PreviewPane } from './PreviewPane.tsx'
import { UnsavedGuard } from './UnsavedGuard.tsx'

const draftNames = ['name', 'subject', 'preheader', 'format', 'body'] as const

/** The texts of one email beside what a contact would get. */
export function EmailEditor({ email }: { email: Email }) {
  const mayWrite = useMay()('content.write')
  const [contactId, previewAs] = useState<string>()
  const code = useRef<CodeHandle>(null)
  const form = useForm<EmailDraft>({ initialValues: draftOf(email) })
  const { save, conflict, settleConflict } = useSave(email, form)
  const { name: _, ...texts } = form.values
  const [shown] = useDebouncedValue({ ...texts, ...(contactId === undefined ? {} : { contactId }) }, 300)
  const preview = useQuery(previewQuery(shown))
  const findings = preview.data?.findings ?? email.findings
  const marks = useMemo(
    () =>
      findings.flatMap(({ where, line, level, message }) =>
        where === 'body' && line ? [{ line, level, message }] : [],
      ),
    [findings],
  )
  const isDirty = form.isDirty()
  useHotkeys([['mod+S', () => isDirty && save.mutate(undefined)]], [], true)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(undefined)
      }}
    >
      <PageHeader
        title={form.values.name || 'Untitled'}
        above={
          <TextLink to={paths.emails} c="dimmed">
            Emails
          </TextLink>
        }
        beside={
          <Badge color={isDirty ? 'orange' : 'gray'} role="status">
            {isDirty ? 'Not saved' : `Revision ${email.revision}`}
          </Badge>
        }
      >
        {mayWrite && (
          <Tooltip
            label={
              <Group gap={4}>
                <Kbd>⌘ / Ctrl</Kbd> <Kbd>S</Kbd>
              </Group>
            }
          >
            <Button type="submit" loading={save.isPending} disabled={!isDirty}>
              Save
            </Button>
          </Tooltip>
        )}
      </PageHeader>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Stack gap="sm">
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              <TextInput label="Name" required readOnly={!mayWrite} {...form.getInputProps('name')} />
              <Input.Wrapper label="Format" labelElement="div">
                <SegmentedControl
                  fullWidth
                  aria-label="Format of the body"
                  readOnly={!mayWrite}
                  data={[
                    { value: 'mjml', label: 'MJML' },
                    { value: 'html', label: 'HTML' },
                  ]}
                  {...form.getInputProps('format')}
                />
              </Input.Wrapper>
            </SimpleGrid>
            <TextInput label="Subject" required readOnly={!mayWrite} {...form.getInputProps('subject')} />
            <TextInput
              label="Preheader"
              placeholder="The line that inboxes show after the subject"
              readOnly={!mayWrite}
              {...form.getInputProps('preheader')}
            />
            <Group justify="space-between" align="flex-end">
              <Input.Label labelElement="div">Body</Input.Label>
              {mayWrite && <FieldPicker onPick={(text) => code.current?.insert(text)} />}
            </Group>
            <CodeEditor
              ref={code}
              label="Body of the email"
              height={460}
              value={form.values.body}
              onChange={(body) => form.setFieldValue('body', body)}
              marks={marks}
              readOnly={!mayWrite}
            />
            <FindingList findings={findings} onLine={(line) => code.current?.goToLine(line)} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <PreviewPane preview={preview} contactId={contactId} onContact={previewAs} height={640} sticky />
        </Grid.Col>
      </Grid>
      <ConflictDialog conflict={conflict} busy={save.isPending} onSettle={settleConflict} />
      <UnsavedGuard isDirty={isDirty} />
    </form>
  )
}

function draftOf({ name, subject, preheader, format, body }: Email): EmailDraft {
  return { name, subject, preheader, format, body }
}

type DraftForm = ReturnType<typeof useForm<EmailDraft>>

/** Saves against the revision that was opened; a stale one asks the person what to do. */
function useSave(email: Email, form: DraftForm) {
  const client = useQueryClient()
  const [conflict, setConflict] = useState(false)
  const keep = (saved: Email) => {
    client.setQueryData(emailQuery(email.id).queryKey, saved)
    void client.invalidateQueries({ queryKey: pagesOf('/v1/emails') })
    form.resetDirty(draftOf(saved))
  }
  const save = useMutation({
    mutationFn: (revision: number | undefined) =>
      updateEmail(email.id, { ...form.getValues(), revision: revision ?? email.revision }),
    onSuccess: (saved) => {
      keep(saved)
      say('Saved.')
    },
    onError: (error) => {
      if (isProblem(error, 'content.revision_stale')) return setConflict(true)
      form.setErrors(fieldErrors(error, draftNames).byField)
      sayProblem(error)
    },
  })
  const settleConflict = async (choice: 'mine' | 'theirs' | 'wait') => {
    setConflict(false)
    if (choice === 'wait') return
    const theirs = await client.fetchQuery({ ...emailQuery(email.id), staleTime: 0 })
    if (choice === 'mine') return save.mutate(theirs.revision)
    form.setValues(draftOf(theirs))
    keep(theirs)
  }
  return { save, conflict, settleConflict }
}

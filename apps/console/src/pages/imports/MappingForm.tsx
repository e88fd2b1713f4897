import { Button, Group, Radio, Stack, TagsInput, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { fieldsQuery, importQuery, importsQuery, listsQuery, startImport, tagsQuery } from '../../api/audience.ts'
import type { ConsentBasis, Import } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { consentBases, importSources } from '../../words.ts'
import { ColumnTable } from './ColumnTable.tsx'
import { mappingFault } from './column-target.ts'
import { ListPicker } from './ListPicker.tsx'

/** What the columns are, on what ground the people may be written to, and where they go. */
export function MappingForm({ found }: { found: Import }) {
  const client = useQueryClient()
  const fields = useQuery(fieldsQuery)
  const lists = useQuery(listsQuery)
  const tags = useQuery(tagsQuery)
  const form = useForm({
    initialValues: {
      columns: found.columns.map(({ target }) => target),
      consentBasis: '',
      listName: '',
      tags: [] as string[],
      onDuplicate: 'update',
    },
    validate: {
      columns: (columns) => mappingFault(columns) ?? null,
      consentBasis: (basis) => (basis === '' ? 'Choose one; nothing is imported without it' : null),
    },
  })
  const { submit, isPending, problem } = useSubmit(
    form,
    ({ listName, consentBasis, onDuplicate, ...rest }) =>
      startImport(found.id, {
        ...rest,
        consentBasis: consentBasis as ConsentBasis,
        onDuplicate: onDuplicate === 'keep' ? 'keep' : 'update',
        ...listChoice(listName, lists.data?.rows),
      }),
    {
      refresh: [importsQuery.queryKey],
      onDone: (started) => client.setQueryData(importQuery(found.id).queryKey, started),
    },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack gap="lg">
        <Section
          title="Columns"
          description={
            found.source === 'unknown'
              ? 'What each column of your file becomes.'
              : `Recognised as a ${importSources[found.source]}; change what does not fit.`
          }
          flush
        >
          <ColumnTable
            columns={found.columns}
            targets={form.values.columns}
            fields={fields.data?.rows ?? []}
            onChange={(index, target) => form.setFieldValue(`columns.${index}`, target)}
          />
          {form.errors.columns && (
            <Text c="red" size="sm" px="lg" pb="md" role="alert">
              {form.errors.columns}
            </Text>
          )}
        </Section>
        <Section
          title="Consent"
          description="On what ground may these people be written to? The law asks, and so do we: once for each import."
        >
          <Radio.Group aria-label="Consent basis" {...form.getInputProps('consentBasis')}>
            <Stack gap="sm">
              {Object.entries(consentBases).map(([value, { label, text }]) => (
                <Radio key={value} value={value} label={label} description={text} />
              ))}
            </Stack>
          </Radio.Group>
        </Section>
        <Section title="Where they go">
          <Stack>
            <ListPicker lists={lists.data?.rows ?? []} {...form.getInputProps('listName')} />
            <TagsInput
              label="Tags for all of them"
              placeholder="Type and press Enter"
              data={tags.data?.rows.map(({ tag }) => tag) ?? []}
              {...form.getInputProps('tags')}
            />
            <Radio.Group label="When an address is already a contact" {...form.getInputProps('onDuplicate')}>
              <Group mt={6}>
                <Radio value="update" label="Update it with this file" />
                <Radio value="keep" label="Keep what we have" />
              </Group>
            </Radio.Group>
          </Stack>
        </Section>
        <ProblemAlert error={problem} />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            Start the import
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** The name of a list we have means that list; another name is a list to make. */
function listChoice(name: string, lists: readonly { id: string; name: string }[] = []) {
  const wanted = name.trim()
  if (wanted === '') return {}
  const known = lists.find((list) => list.name === wanted)
  return known ? { listId: known.id } : { listName: wanted }
}

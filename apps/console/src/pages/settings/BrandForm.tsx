import { Button, Group, Select, SimpleGrid, Stack, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { brandQuery, updateBrand } from '../../api/ai.ts'
import type { Brand } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMay } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { choicesOf, tones } from '../../words.ts'

export function BrandForm() {
  const brand = useQuery({ ...brandQuery, staleTime: Number.POSITIVE_INFINITY })
  return (
    <Section title="Brand" description="What the crew may say about you. It claims nothing beyond this and the brief.">
      <Loaded query={brand}>{(found) => <Fields brand={found} />}</Loaded>
    </Section>
  )
}

function Fields({ brand }: { brand: Brand }) {
  const mayWrite = useMay()('ai.run')
  const form = useForm({ initialValues: { ...brand, facts: brand.facts.join('\n') } })
  const { submit, isPending, problem } = useSubmit(
    form,
    ({ facts, ...rest }) => updateBrand({ ...rest, facts: facts.split('\n').filter((line) => line.trim() !== '') }),
    { done: 'Saved.', refresh: [brandQuery.queryKey] },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <fieldset className="plain" disabled={!mayWrite}>
        <Stack maw={720}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label="Name" {...form.getInputProps('name')} />
            <TextInput label="Website" type="url" placeholder="https://" {...form.getInputProps('website')} />
          </SimpleGrid>
          <Textarea label="What you do" autosize minRows={2} {...form.getInputProps('description')} />
          <Textarea
            label="Postal address"
            description="Bulk mail must show one, by law in many countries."
            autosize
            minRows={2}
            {...form.getInputProps('postalAddress')}
          />
          <Textarea
            label="Facts"
            description="One a line: what is true of you and may be said."
            autosize
            minRows={3}
            {...form.getInputProps('facts')}
          />
          <TagsInput label="Words to avoid" placeholder="Type and press Enter" {...form.getInputProps('avoid')} />
          <Select
            label="Tone"
            data={choicesOf(tones)}
            allowDeselect={false}
            maw={240}
            {...form.getInputProps('tone')}
          />
          <ProblemAlert error={problem} />
          {mayWrite && (
            <Group>
              <Button type="submit" loading={isPending}>
                Save brand
              </Button>
            </Group>
          )}
        </Stack>
      </fieldset>
    </form>
  )
}

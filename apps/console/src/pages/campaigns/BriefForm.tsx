import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconSparkles } from '@tabler/icons-react'
import type { QueryKey } from '@tanstack/react-query'
import type { Brief } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMay } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { choicesOf, tones } from '../../words.ts'

export interface BriefFormProps<T> {
  name?: string
  brief?: Brief | null
  tone?: Brief['tone'] | undefined
  refresh: readonly QueryKey[]
  send: (name: string, brief: Brief) => Promise<T>
  onDone: (result: T) => void
  /** Goes on without the crew, with emails that are there. */
  onByHand: (name: string) => void
}

/** What the crew is asked for. */
export function BriefForm<T>({ name = '', brief, tone, refresh, send, onDone, onByHand }: BriefFormProps<T>) {
  const may = useMay()
  const form = useForm({
    initialValues: { name, ...valuesOf(brief, tone) },
    validate: { name: (value) => (value.trim() === '' ? 'Give the campaign a name' : null) },
  })
  const { submit, isPending, problem } = useSubmit(
    form,
    ({ name: wanted, facts, ...rest }) => send(wanted, { ...rest, facts: linesOf(facts) }),
    { refresh, onDone },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Section title="Brief">
        <Stack>
          <TextInput label="Name of the campaign" placeholder="Spring sale" required {...form.getInputProps('name')} />
          <Textarea
            label="Goal"
            placeholder="Bring back people who have not bought since the winter"
            autosize
            minRows={2}
            required
            {...form.getInputProps('goal')}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Textarea
              label="Who reads it"
              placeholder="Customers who know us, on the phone, in a hurry"
              autosize
              minRows={2}
              {...form.getInputProps('audience')}
            />
            <Textarea
              label="What they get"
              placeholder="15 % off everything until Sunday"
              autosize
              minRows={2}
              {...form.getInputProps('offer')}
            />
            <TextInput
              label="Button"
              placeholder="See the collection"
              required
              {...form.getInputProps('callToAction.label')}
            />
            <TextInput
              label="It leads to"
              type="url"
              placeholder="https://"
              required
              {...form.getInputProps('callToAction.url')}
            />
          </SimpleGrid>
          <Textarea
            label="Facts"
            description="One a line. What may be claimed; nothing else is."
            autosize
            minRows={3}
            {...form.getInputProps('facts')}
          />
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <Select label="Tone" data={choicesOf(tones)} allowDeselect={false} {...form.getInputProps('tone')} />
            <NumberInput label="Variants" min={1} max={5} {...form.getInputProps('variants')} />
            <NumberInput
              label="Seed"
              description="Same brief, same seed, same offline draft"
              min={0}
              max={2_147_483_647}
              {...form.getInputProps('seed')}
            />
          </SimpleGrid>
          <ProblemAlert error={problem} />
          <Group justify="space-between">
            <Button variant="subtle" color="gray" onClick={() => onByHand(form.values.name || 'New campaign')}>
              Use my own emails instead
            </Button>
            <Button
              type="submit"
              loading={isPending}
              disabled={!may('ai.run')}
              leftSection={<IconSparkles size={16} />}
            >
              Let the crew draft
            </Button>
          </Group>
        </Stack>
      </Section>
    </form>
  )
}

function valuesOf(brief: Brief | null | undefined, tone: Brief['tone'] | undefined) {
  return {
    goal: brief?.goal ?? '',
    audience: brief?.audience ?? '',
    offer: brief?.offer ?? '',
    tone: brief?.tone ?? tone ?? ('friendly' as const),
    callToAction: brief?.callToAction ?? { label: '', url: '' },
    facts: brief?.facts.join('\n') ?? '',
    variants: brief?.variants ?? 2,
    seed: brief?.seed ?? 1,
  }
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

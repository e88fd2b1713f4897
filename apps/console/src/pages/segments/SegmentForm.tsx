import { Button, Grid, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { segmentsQuery } from '../../api/audience.ts'
import type { NewSegment, Segment } from '../../api/types.ts'
import { ButtonLink } from '../../links.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { RuleBuilder } from './RuleBuilder.tsx'
import { emptyRules, isUnfinished } from './rules.ts'
import { SegmentCountCard } from './SegmentCountCard.tsx'

export interface SegmentFormProps {
  segment?: Segment
  readOnly?: boolean
  save: (body: NewSegment) => Promise<Segment>
  onSaved: (segment: Segment) => void
}

export function SegmentForm({ segment, readOnly = false, save, onSaved }: SegmentFormProps) {
  const form = useForm<NewSegment>({
    initialValues: { name: segment?.name ?? '', rules: segment?.rules ?? emptyRules },
    validate: {
      rules: (rules) => (isUnfinished(rules) ? 'Finish each condition, and have at least one' : null),
    },
  })
  const { submit, isPending, problem } = useSubmit(form, save, {
    done: 'Segment saved.',
    refresh: [segmentsQuery.queryKey],
    onDone: onSaved,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Section title="Rules">
            <Stack>
              <TextInput label="Name" required maw={420} {...form.getInputProps('name')} />
              <RuleBuilder rules={form.values.rules} onChange={(rules) => form.setFieldValue('rules', rules)} />
              {form.errors.rules && <ProblemAlert error={new Error(String(form.errors.rules))} />}
              <ProblemAlert error={problem} />
              {!readOnly && (
                <Group>
                  <Button type="submit" loading={isPending}>
                    Save segment
                  </Button>
                  <ButtonLink variant="subtle" color="gray" to={paths.segments}>
                    Back
                  </ButtonLink>
                </Group>
              )}
            </Stack>
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <SegmentCountCard rules={form.values.rules} />
        </Grid.Col>
      </Grid>
    </form>
  )
}

import { Button, Select, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { apiKeysQuery, rotateApiKey } from '../../api/identity.ts'
import type { ApiKey, IssuedApiKey } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { choicesOf } from '../../words.ts'

const overlaps = { '0': 'Not at all', '1': 'An hour', '24': 'A day', '168': 'A week' } as const

export function RotateKeyForm({ apiKey, onDone }: { apiKey: ApiKey; onDone: (issued: IssuedApiKey) => void }) {
  const form = useForm({ initialValues: { overlapHours: '24' } })
  const { submit, isPending, problem } = useSubmit(
    form,
    ({ overlapHours }) => rotateApiKey(apiKey.id, Number(overlapHours)),
    { refresh: [apiKeysQuery.queryKey], onDone },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Text size="sm">
          “{apiKey.name}” gets a new secret; its name and what it may do stay. Both secrets work until the old one ends,
          so that its programs can be changed over one by one.
        </Text>
        <Select
          label="How long the old secret goes on"
          data={choicesOf(overlaps)}
          allowDeselect={false}
          {...form.getInputProps('overlapHours')}
        />
        {apiKey.former && (
          <Text size="sm" c="dimmed">
            The secret of the last rotation, which still works, ends now.
          </Text>
        )}
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Rotate key
        </Button>
      </Stack>
    </form>
  )
}

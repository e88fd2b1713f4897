import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import { testSend } from '../../api/campaigns.ts'
import type { Campaign, TestResult } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { useMay, useMe } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { ContactSelect } from '../emails/ContactSelect.tsx'

export function TestSendForm({ campaign }: { campaign: Campaign }) {
  const { person } = useMe()
  const mayWrite = useMay()('campaigns.write')
  const [contactId, setContact] = useState<string>()
  const [result, setResult] = useState<TestResult>()
  const form = useForm({ initialValues: { to: person.email, variantId: campaign.variants[0]?.id ?? '' } })
  const { submit, isPending, problem } = useSubmit(
    form,
    (values) => testSend(campaign.id, { ...values, ...(contactId === undefined ? {} : { contactId }) }),
    { onDone: setResult },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Group align="flex-end">
          <TextInput label="To" type="email" required style={{ flex: '1 1 200px' }} {...form.getInputProps('to')} />
          <Select
            label="Variant"
            data={campaign.variants.map(({ id, label }) => ({ value: id, label }))}
            allowDeselect={false}
            w={140}
            {...form.getInputProps('variantId')}
          />
          <Button
            type="submit"
            variant="default"
            loading={isPending}
            disabled={!mayWrite}
            leftSection={<IconSend size={16} />}
          >
            Send test
          </Button>
        </Group>
        <ContactSelect value={contactId} onChange={setContact} label="As" />
        <ProblemAlert error={problem} />
        {result && (
          <Alert color={result.accepted ? 'teal' : 'red'} title={result.accepted ? 'Accepted' : 'Not accepted'}>
            <Text size="sm" ff="monospace">
              {result.reply}
            </Text>
            {result.accepted && (
              <TextLink to={paths.mailbox} size="sm">
                Open the mailbox
              </TextLink>
            )}
          </Alert>
        )}
      </Stack>
    </form>
  )
}

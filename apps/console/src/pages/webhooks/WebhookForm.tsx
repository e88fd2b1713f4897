import { Button, Checkbox, Group, ScrollArea, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { IssuedWebhook, NewWebhook, Webhook } from '../../api/types.ts'
import { createWebhook, updateWebhook, webhookEventsQuery, webhooksQuery } from '../../api/webhooks.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

export interface WebhookFormProps {
  webhook?: Webhook
  /** With the secret of a new one. */
  onDone: (issued?: IssuedWebhook) => void
}

/** Where to call, and about what. */
export function WebhookForm({ webhook, onDone }: WebhookFormProps) {
  const form = useForm<NewWebhook>({
    initialValues: {
      url: webhook?.url ?? '',
      description: webhook?.description ?? '',
      types: webhook?.types ?? ['message.bounced', 'message.complained', 'message.unsubscribed'],
    },
  })
  const { submit, isPending, problem } = useSubmit(
    form,
    async (values): Promise<IssuedWebhook | undefined> => {
      if (webhook === undefined) return createWebhook(values)
      await updateWebhook(webhook.id, values)
      return undefined
    },
    { ...(webhook ? { done: 'Saved.' } : {}), refresh: [webhooksQuery.queryKey], onDone },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label="Address"
          placeholder="https://shop.example.com/hooks/fanfare"
          description="Called with POST; each call is signed as Standard Webhooks ask."
          required
          data-autofocus
          {...form.getInputProps('url')}
        />
        <TextInput label="What it is for" placeholder="The shop" {...form.getInputProps('description')} />
        <Types form={form} />
        <ProblemAlert error={problem} />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {webhook ? 'Save' : 'Make webhook'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Types({ form }: { form: ReturnType<typeof useForm<NewWebhook>> }) {
  const events = useQuery(webhookEventsQuery)
  return (
    <Checkbox.Group label="What it is told" required {...form.getInputProps('types')}>
      <Loaded query={events}>
        {({ rows }) => (
          <ScrollArea.Autosize mah={300} type="auto" mt={4}>
            <Stack gap="xs">
              {rows.map(({ type, summary }) => (
                <Checkbox
                  key={type}
                  value={type}
                  label={
                    <Text span size="sm" ff="monospace">
                      {type}
                    </Text>
                  }
                  description={summary}
                />
              ))}
            </Stack>
          </ScrollArea.Autosize>
        )}
      </Loaded>
    </Checkbox.Group>
  )
}

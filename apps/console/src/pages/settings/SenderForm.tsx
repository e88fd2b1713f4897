import {
  Button,
  Group,
  MultiSelect,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { brandQuery } from '../../api/ai.ts'
import { createSender, sendersQuery, updateSender } from '../../api/delivery.ts'
import type { NewSender, Sender } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMe, useWorkspace } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { choicesOf, senderKinds } from '../../words.ts'
import { isProvider, ProviderFields, type ProviderValues, providerBodyOf, providerValuesOf } from './ProviderFields.tsx'

interface SenderValues extends Record<string, unknown> {
  name: string
  fromName: string
  fromEmail: string
  replyTo: string
  postalAddress: string
  trackingDomain: string
  kind: Sender['kind']
  smtp: { host: string; port: number; tls: 'required' | 'implicit' | 'none'; username: string }
  provider: ProviderValues
  fallbackSenderIds: string[]
  password: string
  messagesPerSecond: number | string
}

const tlsChoices = {
  required: 'STARTTLS, or fail',
  implicit: 'TLS from the first byte',
  none: 'None: only for this machine',
}

export function SenderForm({ sender, onDone }: { sender?: Sender | undefined; onDone: () => void }) {
  const workspace = useWorkspace()
  const { person } = useMe()
  const brand = useQuery(brandQuery)
  const form = useForm<SenderValues>({
    initialValues: valuesOf(sender, workspace?.name ?? '', person.email, brand.data?.postalAddress ?? ''),
  })
  const senders = useQuery(sendersQuery)
  // A sandbox would swallow what a sender of real mail leaves to it.
  const others = (senders.data?.rows ?? [])
    .filter(({ id, kind }) => id !== sender?.id && (kind !== 'sandbox' || form.values.kind === 'sandbox'))
    .map(({ id, name }) => ({ value: id, label: name }))
  const { submit, isPending, problem } = useSubmit(
    form,
    (values) => (sender ? updateSender(sender.id, bodyOf(values, sender)) : createSender(bodyOf(values))),
    { done: sender ? 'Saved.' : 'Sender made.', refresh: [sendersQuery.queryKey], onDone },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <div>
          <SegmentedControl
            fullWidth
            aria-label="Kind of sender"
            data={choicesOf(senderKinds)}
            {...form.getInputProps('kind')}
          />
          <Text size="xs" c="dimmed" mt={6}>
            {form.values.kind === 'sandbox'
              ? 'Delivers into the mailbox of this console. Nothing leaves this machine.'
              : 'Delivers to real people through your server or your provider’s.'}
          </Text>
        </div>
        <TextInput label="Name of this sender" required data-autofocus {...form.getInputProps('name')} />
        <SimpleGrid cols={2}>
          <TextInput label="From name" required {...form.getInputProps('fromName')} />
          <TextInput label="From email" type="email" required {...form.getInputProps('fromEmail')} />
        </SimpleGrid>
        <TextInput label="Reply to" type="email" placeholder="Same as from" {...form.getInputProps('replyTo')} />
        <Textarea
          label="Postal address"
          description="Shown at the end of each message."
          autosize
          minRows={2}
          {...form.getInputProps('postalAddress')}
        />
        <TextInput
          label="Tracking domain"
          description="Links in messages begin with it. Check the sender afterwards: it says what to publish in DNS."
          placeholder="links.example.com"
          {...form.getInputProps('trackingDomain')}
        />
        {form.values.kind === 'smtp' && <SmtpFields form={form} hasPassword={sender?.hasPassword ?? false} />}
        {isProvider(form.values.kind) && <ProviderFields form={form} kind={form.values.kind} sender={sender} />}
        {form.values.kind !== 'sandbox' && (
          <NumberInput
            label="Messages a second"
            description="What your provider allows; empty for no limit."
            min={0.01}
            {...form.getInputProps('messagesPerSecond')}
          />
        )}
        {others.length > 0 && (
          <MultiSelect
            label="Fallbacks"
            description="Take over, in this order and from their own address, while this one is in trouble."
            data={others}
            maxValues={5}
            {...form.getInputProps('fallbackSenderIds')}
          />
        )}
        <ProblemAlert error={problem} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {sender ? 'Save' : 'Make sender'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface SmtpFieldsProps {
  form: ReturnType<typeof useForm<SenderValues>>
  hasPassword: boolean
}

function SmtpFields({ form, hasPassword }: SmtpFieldsProps) {
  return (
    <>
      <SimpleGrid cols={2}>
        <TextInput label="Host" placeholder="smtp.example.com" required {...form.getInputProps('smtp.host')} />
        <NumberInput label="Port" min={1} max={65_535} thousandSeparator="" {...form.getInputProps('smtp.port')} />
      </SimpleGrid>
      <Select
        label="Encryption"
        data={choicesOf(tlsChoices)}
        allowDeselect={false}
        {...form.getInputProps('smtp.tls')}
      />
      <SimpleGrid cols={2}>
        <TextInput label="User name" autoComplete="off" {...form.getInputProps('smtp.username')} />
        <PasswordInput
          label="Password"
          autoComplete="new-password"
          placeholder={hasPassword ? 'Stays as it is' : ''}
          {...form.getInputProps('password')}
        />
      </SimpleGrid>
    </>
  )
}

function valuesOf(sender: Sender | undefined, workspace: string, email: string, postalAddress: string): SenderValues {
  return {
    name: sender?.name ?? 'Sandbox',
    fromName: sender?.fromName ?? workspace,
    fromEmail: sender?.fromEmail ?? email,
    replyTo: sender?.replyTo ?? '',
    postalAddress: sender?.postalAddress ?? postalAddress,
    trackingDomain: sender?.trackingDomain ?? '',
    kind: sender?.kind ?? 'sandbox',
    smtp: sender?.smtp ?? { host: '', port: 587, tls: 'required', username: '' },
    provider: providerValuesOf(sender),
    fallbackSenderIds: sender?.fallbackSenderIds ?? [],
    password: '',
    messagesPerSecond: sender?.messagesPerSecond ?? '',
  }
}

/** An empty password stays unsaid: the server keeps the one it has. What this form does not show stays as it is. */
function bodyOf(values: SenderValues, sender?: Sender): NewSender {
  const { kind, smtp, provider, fallbackSenderIds, password, messagesPerSecond } = values
  const { name, fromName, fromEmail, replyTo, postalAddress, trackingDomain } = values
  return {
    name,
    fromName,
    fromEmail,
    replyTo,
    postalAddress,
    trackingDomain,
    kind,
    smtp: kind === 'smtp' ? smtp : null,
    messagesPerSecond: typeof messagesPerSecond === 'number' ? messagesPerSecond : null,
    ...providerBodyOf(kind, provider),
    fallbackSenderIds,
    ...(sender ? { pacing: sender.pacing, returnPathDomain: sender.returnPathDomain } : {}),
    ...(kind !== 'sandbox' && password !== '' ? { password } : {}),
  }
}

import {
  Button,
  Group,
  MultiSelect,
  NumberInput,
  PasswordInput,
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
import { bodyOfSender } from '../sender/sender-body.ts'
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
  password: string
  returnPathDomain: string
  fallbackSenderIds: string[]
}

const tlsChoices = {
  required: 'STARTTLS, or fail',
  implicit: 'TLS from the first byte',
  none: 'None: only for this machine',
}

export function SenderForm({ sender, onDone }: { sender?: Sender | undefined; onDone: (saved?: Sender) => void }) {
  const workspace = useWorkspace()
  const { person } = useMe()
  const brand = useQuery(brandQuery)
  const form = useForm<SenderValues>({
    initialValues: valuesOf(sender, workspace?.name ?? '', person.email, brand.data?.postalAddress ?? ''),
  })
  const { submit, isPending, problem } = useSubmit(
    form,
    (values) => (sender ? updateSender(sender.id, bodyOf(values, sender)) : createSender(bodyOf(values))),
    { done: sender ? 'Saved.' : 'Sender made.', refresh: [sendersQuery.queryKey], onDone },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <div>
          <Select
            label="Kind of sender"
            data={choicesOf(senderKinds)}
            allowDeselect={false}
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
          description="Links in messages begin with it. The readiness of the sender says what to publish in DNS."
          placeholder="links.example.com"
          {...form.getInputProps('trackingDomain')}
        />
        {form.values.kind === 'smtp' && <SmtpFields form={form} hasPassword={sender?.hasPassword ?? false} />}
        {isProvider(form.values.kind) && <ProviderFields form={form} kind={form.values.kind} sender={sender} />}
        <RouteFields form={form} sender={sender} />
        <ProblemAlert error={problem} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onDone()}>
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

/** Where bounces go, and who takes over while this one's way out is in trouble. */
function RouteFields({ form, sender }: { form: SmtpFieldsProps['form']; sender: Sender | undefined }) {
  const senders = useQuery(sendersQuery)
  // A sandbox would swallow what a sender of real mail leaves to it.
  const others = (senders.data?.rows ?? []).filter(
    ({ id, kind }) => id !== sender?.id && (kind !== 'sandbox' || form.values.kind === 'sandbox'),
  )
  return (
    <>
      {form.values.kind === 'smtp' && (
        <TextInput
          label="Return-path domain"
          placeholder="bounces.example.com"
          description="Each message gets a bounce address of its own there; its mail must come to the intake or to a return-path mailbox. Empty: bounces go to the From address."
          {...form.getInputProps('returnPathDomain')}
        />
      )}
      {others.length > 0 && (
        <MultiSelect
          label="Fallbacks"
          description="Take over, in this order and from their own address, while this one is in trouble."
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          maxValues={5}
          {...form.getInputProps('fallbackSenderIds')}
        />
      )}
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
    password: '',
    returnPathDomain: sender?.returnPathDomain ?? '',
    fallbackSenderIds: sender?.fallbackSenderIds ?? [],
  }
}

/** An empty password stays unsaid: the server keeps the one it has. What this form does not show stays as it is. */
function bodyOf(values: SenderValues, sender?: Sender): NewSender {
  const { kind, smtp, provider, password, returnPathDomain, fallbackSenderIds } = values
  const { name, fromName, fromEmail, replyTo, postalAddress, trackingDomain } = values
  return {
    ...(sender ? bodyOfSender(sender) : {}),
    name,
    fromName,
    fromEmail,
    replyTo,
    postalAddress,
    trackingDomain,
    kind,
    smtp: kind === 'smtp' ? smtp : null,
    returnPathDomain,
    fallbackSenderIds,
    provider: null,
    ...providerBodyOf(kind, provider),
    ...(kind !== 'sandbox' && password !== '' ? { password } : {}),
  }
}

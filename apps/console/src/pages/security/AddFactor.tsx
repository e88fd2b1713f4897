import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { addPasskey, beginEmailCodes, beginSmsCodes, beginTotp, wasGivenUp } from '../../api/factors.ts'
import type { AddedFactor, FactorKind, NewTotp } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMe } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { ConfirmCode } from './ConfirmCode.tsx'
import { TotpSecret } from './TotpSecret.tsx'

interface Adding {
  onAdded: (added: AddedFactor) => void
}

/** The steps to a new factor of one kind. */
export function AddFactor({ kind, onAdded }: Adding & { kind: FactorKind }) {
  switch (kind) {
    case 'totp':
      return <AddTotp onAdded={onAdded} />
    case 'passkey':
      return <AddPasskey onAdded={onAdded} />
    case 'email':
      return <AddEmail onAdded={onAdded} />
    case 'sms':
      return <AddSms onAdded={onAdded} />
  }
}

function AddTotp({ onAdded }: Adding) {
  const [begun, setBegun] = useState<NewTotp>()
  const form = useForm({ initialValues: { name: 'Phone' } })
  const { submit, isPending, problem } = useSubmit(form, ({ name }) => beginTotp(name), { onDone: setBegun })
  if (begun !== undefined) {
    return (
      <Stack>
        <TotpSecret begun={begun} />
        <ConfirmCode factorId={begun.factorId} text="The six digits that the app shows now" onAdded={onAdded} />
      </Stack>
    )
  }
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label="Name"
          description="To know it again, if you have several"
          required
          maxLength={100}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Show the QR code
        </Button>
      </Stack>
    </form>
  )
}

function AddPasskey({ onAdded }: Adding) {
  const form = useForm({ initialValues: { name: 'This device' } })
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ name }: { name: string }) => addPasskey(name),
    onSuccess: onAdded,
  })
  return (
    <form onSubmit={form.onSubmit((values) => mutate(values))}>
      <Stack>
        <Text size="sm">Your browser asks where to keep the passkey, and for your finger, face or PIN.</Text>
        <TextInput label="Name" required maxLength={100} data-autofocus {...form.getInputProps('name')} />
        {error !== null && !wasGivenUp(error) && <ProblemAlert error={error} />}
        <Button type="submit" loading={isPending}>
          Make a passkey
        </Button>
      </Stack>
    </form>
  )
}

function AddEmail({ onAdded }: Adding) {
  const { person } = useMe()
  const { mutate, data, isPending, error } = useMutation({ mutationFn: beginEmailCodes })
  if (data !== undefined) {
    return <ConfirmCode factorId={data.factorId} text={`Sent to ${person.email}`} onAdded={onAdded} />
  }
  return (
    <Stack>
      <Text size="sm">We send a code to {person.email} whenever you sign in.</Text>
      <ProblemAlert error={error} />
      <Button onClick={() => mutate()} loading={isPending} data-autofocus>
        Send the first code
      </Button>
    </Stack>
  )
}

function AddSms({ onAdded }: Adding) {
  const [begun, setBegun] = useState<{ factorId: string; to: string }>()
  const form = useForm({ initialValues: { phone: '' } })
  const { submit, isPending, problem } = useSubmit(form, ({ phone }) => beginSmsCodes(phone), { onDone: setBegun })
  if (begun !== undefined) {
    return <ConfirmCode factorId={begun.factorId} text={`Sent to ${begun.to}`} onAdded={onAdded} />
  }
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label="Phone"
          type="tel"
          autoComplete="tel"
          description="With its country, such as +49 151 23456789"
          required
          data-autofocus
          {...form.getInputProps('phone')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Send the first code
        </Button>
      </Stack>
    </form>
  )
}

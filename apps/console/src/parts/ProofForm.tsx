import { Anchor, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { proofOptionsQuery, prove, proveByPasskey, sendProofCode, wasGivenUp } from '../api/factors.ts'
import type { ProofMethod, ProofOptions } from '../api/types.ts'
import { ProblemAlert } from '../ui/ProblemAlert.tsx'
import { Loaded } from './Loaded.tsx'
import { useSubmit } from './use-submit.ts'

const ways: Readonly<Record<ProofMethod, string>> = {
  password: 'Use your password',
  passkey: 'Use a passkey',
  totp: 'Use your authenticator app',
  email_code: 'Get a code by email',
  sms_code: 'Get a code by SMS',
  recovery_code: 'Use a recovery code',
}

/** Asks a person to prove who they are, in whichever of their ways they like. */
export function ProofForm({ onProven }: { onProven: () => void }) {
  const options = useQuery(proofOptionsQuery)
  return <Loaded query={options}>{(found) => <Ways options={found} onProven={onProven} />}</Loaded>
}

function Ways({ options, onProven }: { options: ProofOptions; onProven: () => void }) {
  const [chosen, setChosen] = useState<ProofMethod>()
  const method = chosen ?? options.methods[0]
  if (method === undefined) {
    return <Text size="sm">None of your ways to prove who you are works here now. Ask whoever runs this Fanfare.</Text>
  }
  return (
    <Stack>
      <Way key={method} method={method} options={options} onProven={onProven} />
      <Stack gap={6} align="center">
        {options.methods
          .filter((other) => other !== method)
          .map((other) => (
            <Anchor key={other} component="button" type="button" size="sm" onClick={() => setChosen(other)}>
              {ways[other]}
            </Anchor>
          ))}
      </Stack>
    </Stack>
  )
}

interface WayProps {
  options: ProofOptions
  onProven: () => void
}

function Way({ method, options, onProven }: WayProps & { method: ProofMethod }) {
  switch (method) {
    case 'passkey':
      return <PasskeyWay onProven={onProven} />
    case 'password':
      return <PasswordWay onProven={onProven} />
    case 'email_code':
    case 'sms_code':
      return <SentCodeWay method={method} options={options} onProven={onProven} />
    case 'totp':
      return <CodeWay method="totp" label="Code" text="From your authenticator app, six digits" onProven={onProven} />
    case 'recovery_code':
      return (
        <CodeWay
          method="recovery_code"
          label="Recovery code"
          text="One of those you kept when you set up your second factor. It works once."
          onProven={onProven}
        />
      )
  }
}

function PasskeyWay({ onProven }: { onProven: () => void }) {
  const { mutate, isPending, error } = useMutation({ mutationFn: proveByPasskey, onSuccess: onProven })
  return (
    <Stack>
      <Text size="sm">Your browser asks for your finger, face or PIN.</Text>
      {error !== null && !wasGivenUp(error) && <ProblemAlert error={error} />}
      <Button onClick={() => mutate()} loading={isPending} fullWidth data-autofocus>
        Continue with a passkey
      </Button>
    </Stack>
  )
}

function PasswordWay({ onProven }: { onProven: () => void }) {
  const form = useForm({ initialValues: { password: '' } })
  const send = ({ password }: { password: string }) => prove({ method: 'password', password })
  const { submit, isPending, problem } = useSubmit(form, send, { onDone: onProven })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          data-autofocus
          autoFocus
          {...form.getInputProps('password')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending} fullWidth>
          Continue
        </Button>
      </Stack>
    </form>
  )
}

interface CodeWayProps {
  method: 'totp' | 'email_code' | 'sms_code' | 'recovery_code'
  label: string
  text: string
  onProven: () => void
}

function CodeWay({ method, label, text, onProven }: CodeWayProps) {
  const form = useForm({ initialValues: { code: '' } })
  const send = ({ code }: { code: string }) => prove({ method, code })
  const { submit, isPending, problem } = useSubmit(form, send, { onDone: onProven })
  const digits = method === 'recovery_code' ? {} : ({ inputMode: 'numeric', autoComplete: 'one-time-code' } as const)
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label={label}
          description={text}
          required
          data-autofocus
          autoFocus
          autoComplete="off"
          {...digits}
          {...form.getInputProps('code')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending} fullWidth>
          Continue
        </Button>
      </Stack>
    </form>
  )
}

function SentCodeWay({ method, options, onProven }: WayProps & { method: 'email_code' | 'sms_code' }) {
  const { mutate, data, isPending, error } = useMutation({ mutationFn: () => sendProofCode(method) })
  const where = method === 'email_code' ? options.email : options.phone
  if (data === undefined) {
    return (
      <Stack>
        <Text size="sm">We send six digits to {where}.</Text>
        <ProblemAlert error={error} />
        <Button onClick={() => mutate()} loading={isPending} fullWidth data-autofocus>
          Send a code
        </Button>
      </Stack>
    )
  }
  return (
    <Stack>
      <CodeWay
        method={method}
        label="Code"
        text={`Sent to ${data.to}. It works for ten minutes.`}
        onProven={onProven}
      />
      <ProblemAlert error={error} />
      <Group justify="center">
        <Anchor component="button" type="button" size="sm" onClick={() => mutate()} disabled={isPending}>
          Send another one
        </Anchor>
      </Group>
    </Stack>
  )
}

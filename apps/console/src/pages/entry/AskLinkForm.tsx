import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { TextLink } from '../../links.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { CheckMail } from './CheckMail.tsx'

interface AskLinkFormProps {
  ask: (email: string) => Promise<unknown>
  button: string
  /** Said when it is sent, before the address. */
  sent: string
}

/** Takes the address to which a link is to be sent, and then says to look there. */
export function AskLinkForm({ ask, button, sent }: AskLinkFormProps) {
  const [askedFor, setAskedFor] = useState<string>()
  const form = useForm({ initialValues: { email: '' } })
  const { submit, isPending, problem } = useSubmit(form, ({ email }) => ask(email), {
    onDone: () => setAskedFor(form.getValues().email.trim()),
  })
  if (askedFor !== undefined) return <CheckMail email={askedFor} text={sent} onBack={() => setAskedFor(undefined)} />
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          {...form.getInputProps('email')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending} fullWidth>
          {button}
        </Button>
        <TextLink to={paths.signIn} size="sm" ta="center">
          Go to the sign-in
        </TextLink>
      </Stack>
    </form>
  )
}

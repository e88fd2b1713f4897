import { Alert, Anchor, Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { completeSetup, setupQuery } from '../../api/identity.ts'
import { TextLink } from '../../links.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { useLook } from '../../ui/look.ts'
import { isPasswordShort, NewPasswordInput } from '../../ui/NewPasswordInput.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { EntryFrame } from './EntryFrame.tsx'
import { useEnter } from './SignInPage.tsx'

/** The first owner, from the link that the first start printed. */
export function SetupPage() {
  const { token } = useSearch({ strict: false }) as { token?: unknown }
  const setup = useQuery(setupQuery)
  const { productName } = useLook()
  return (
    <EntryFrame title={`Welcome to ${productName}`} text="Make the owner’s account and the first workspace">
      {setup.data?.needed === false ? <AlreadyDone /> : <SetupForm token={String(token ?? '')} />}
    </EntryFrame>
  )
}

function AlreadyDone() {
  return (
    <Stack>
      <Alert color="accent" title="The setup is done">
        This installation has its owner. Sign in with their account.
      </Alert>
      <TextLink to={paths.signIn} size="sm" ta="center">
        Go to the sign-in
      </TextLink>
    </Stack>
  )
}

function SetupForm({ token }: { token: string }) {
  const enter = useEnter()
  const form = useForm({
    initialValues: { name: '', email: '', password: '', workspaceName: '' },
    validate: {
      password: isPasswordShort,
    },
  })
  const { submit, isPending, problem } = useSubmit(form, (values) => completeSetup({ ...values, token }), {
    onDone: enter,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        {token === '' && (
          <Alert color="orange" title="The link is not whole">
            Open the whole link that the first start printed in the terminal: it ends with <code>?token=…</code>
          </Alert>
        )}
        <TextInput label="Your name" autoComplete="name" required autoFocus {...form.getInputProps('name')} />
        <TextInput label="Email" type="email" autoComplete="username" required {...form.getInputProps('email')} />
        <NewPasswordInput {...form.getInputProps('password')} />
        <TextInput
          label="Workspace"
          description="Your company, brand or client"
          autoComplete="organization"
          required
          {...form.getInputProps('workspaceName')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending} disabled={token === ''} fullWidth>
          Create account
        </Button>
        <Anchor href="/docs/api" size="xs" c="dimmed" ta="center" target="_blank" rel="noreferrer">
          API reference
        </Anchor>
      </Stack>
    </form>
  )
}

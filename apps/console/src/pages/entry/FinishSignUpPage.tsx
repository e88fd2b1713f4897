import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { finishSignUp } from '../../api/account.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { isPasswordShort, NewPasswordInput } from '../../ui/NewPasswordInput.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { EntryFrame } from './EntryFrame.tsx'
import { LinkGuard } from './LinkGuard.tsx'
import { useEnter } from './SignInPage.tsx'

export function FinishSignUpPage() {
  return (
    <EntryFrame title="Create an account" text="Your address is confirmed with this form">
      <LinkGuard purpose="sign_up" again={{ to: paths.signUp, label: 'Ask for a new link' }}>
        {(link) => <FinishForm {...link} />}
      </LinkGuard>
    </EntryFrame>
  )
}

function FinishForm({ email, token }: { email: string; token: string }) {
  const enter = useEnter()
  const form = useForm({
    initialValues: { name: '', password: '', workspaceName: '' },
    validate: { password: isPasswordShort },
  })
  const { submit, isPending, problem } = useSubmit(form, (values) => finishSignUp({ ...values, token }), {
    onDone: enter,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Email" value={email} readOnly autoComplete="username" />
        <TextInput label="Your name" autoComplete="name" required autoFocus {...form.getInputProps('name')} />
        <NewPasswordInput {...form.getInputProps('password')} />
        <TextInput
          label="Workspace"
          description="Your company, brand or client"
          autoComplete="organization"
          required
          {...form.getInputProps('workspaceName')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending} fullWidth>
          Create account
        </Button>
      </Stack>
    </form>
  )
}

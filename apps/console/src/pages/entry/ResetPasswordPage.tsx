import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { finishPasswordReset } from '../../api/account.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { isPasswordShort, NewPasswordInput } from '../../ui/NewPasswordInput.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { EntryFrame } from './EntryFrame.tsx'
import { LinkGuard } from './LinkGuard.tsx'

export function ResetPasswordPage() {
  return (
    <EntryFrame title="Set a new password" text="It ends all your sessions; sign in with it afterwards">
      <LinkGuard purpose="reset_password" again={{ to: paths.forgotPassword, label: 'Ask for a new link' }}>
        {(link) => <ResetForm {...link} />}
      </LinkGuard>
    </EntryFrame>
  )
}

function ResetForm({ email, token }: { email: string; token: string }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const form = useForm({ initialValues: { password: '' }, validate: { password: isPasswordShort } })
  const { submit, isPending, problem } = useSubmit(form, ({ password }) => finishPasswordReset({ token, password }), {
    done: 'The password is set. Sign in with it.',
    onDone: async () => {
      // Whoever was signed in here is no longer.
      client.clear()
      await navigate({ to: paths.signIn })
    },
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Email" value={email} readOnly autoComplete="username" />
        <NewPasswordInput label="New password" autoFocus {...form.getInputProps('password')} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending} fullWidth>
          Set the password
        </Button>
      </Stack>
    </form>
  )
}

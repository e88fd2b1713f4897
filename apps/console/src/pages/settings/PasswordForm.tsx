import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { askPasswordReset, changePassword } from '../../api/account.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { isPasswordShort, NewPasswordInput } from '../../ui/NewPasswordInput.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

export function PasswordForm({ email, hasPassword }: { email: string; hasPassword: boolean }) {
  return hasPassword ? <ChangeForm email={email} /> : <FirstPassword email={email} />
}

function ChangeForm({ email }: { email: string }) {
  const form = useForm({
    initialValues: { currentPassword: '', password: '' },
    validate: { password: isPasswordShort },
  })
  const { submit, isPending, problem } = useSubmit(form, changePassword, {
    done: 'The password is changed.',
    onDone: () => form.reset(),
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack maw={480}>
        {/* Tells a password manager whose password this is. */}
        <input type="email" value={email} autoComplete="username" readOnly hidden />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          {...form.getInputProps('currentPassword')}
        />
        <NewPasswordInput label="New password" {...form.getInputProps('password')} />
        <ProblemAlert error={problem} />
        <Group>
          <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
            Change the password
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Somebody who signs in another way proves the address before a password opens the account too. */
function FirstPassword({ email }: { email: string }) {
  const ask = useAct(() => askPasswordReset(email), { done: `Open the link that we have sent to ${email}.` })
  return (
    <Stack maw={480}>
      <Text size="sm">Your account has no password. A link to your address lets you set one.</Text>
      <Group>
        <Button variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
          Send the link
        </Button>
      </Group>
    </Stack>
  )
}

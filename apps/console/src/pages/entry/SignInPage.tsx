import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { setupQuery, signIn } from '../../api/identity.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ownPath } from '../../paths.ts'
import { useLook } from '../../ui/look.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { EntryFrame } from './EntryFrame.tsx'
import { ExternalSignIns, SsoOffer } from './ExternalSignIns.tsx'
import { FailedSignIn } from './FailedSignIn.tsx'
import { OtherWays } from './OtherWays.tsx'
import { PasskeyButton } from './PasskeyButton.tsx'

export function SignInPage() {
  const setup = useQuery(setupQuery)
  const { productName } = useLook()
  const form = useForm({ initialValues: { email: '', password: '' } })
  const enter = useEnter()
  const { submit, isPending, problem } = useSubmit(form, signIn, { onDone: enter })
  return (
    <EntryFrame title={`Sign in to ${productName}`} text="With the email and password of your account">
      <form onSubmit={form.onSubmit(submit)}>
        <Stack>
          {setup.data?.needed && (
            <Alert color="accent" title={`This ${productName} is new`}>
              Its first start printed a setup link in the terminal. Open that link to make the owner’s account.
            </Alert>
          )}
          <FailedSignIn />
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            required
            autoFocus
            {...form.getInputProps('email')}
          />
          <SsoOffer email={form.values.email} />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          <ProblemAlert error={problem} />
          <Button type="submit" loading={isPending} fullWidth>
            Sign in
          </Button>
          <PasskeyButton onDone={enter} />
          <ExternalSignIns />
          <OtherWays />
        </Stack>
      </form>
    </EntryFrame>
  )
}

/** Takes the person in: what was known before is of nobody or of somebody else, and the frame asks who they are. */
export function useEnter() {
  const client = useQueryClient()
  const goOn = useNext()
  return () => {
    client.clear()
    goOn()
  }
}

/** Goes where the person wanted to go before they were asked to sign in. */
export function useNext() {
  const router = useRouter()
  const { next } = useSearch({ strict: false }) as { next?: unknown }
  return () => router.history.push(ownPath(next))
}

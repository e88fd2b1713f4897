import { Alert, Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { finishEmailChange, finishEmailVerification, undoEmailChange } from '../../api/account.ts'
import type { LinkPurpose } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { EntryFrame } from './EntryFrame.tsx'
import { LinkGuard } from './LinkGuard.tsx'

export function VerifyEmailPage() {
  return (
    <ConfirmPage
      title="Confirm your address"
      text="One click, and we know that it is yours"
      purpose="verify_email"
      action="Confirm the address"
      act={finishEmailVerification}
      done="Your address is confirmed."
      again={{ to: paths.settingsSection('profile'), label: 'Send a new link from your profile' }}
    >
      {(email) => email}
    </ConfirmPage>
  )
}

export function ChangeEmailPage() {
  return (
    <ConfirmPage
      title="Change the address"
      text="Your account gets the address that this link was sent to"
      purpose="change_email"
      action="Use this address"
      act={finishEmailChange}
      done="The address of your account is changed. Sign in with it from now on."
      again={{ to: paths.settingsSection('profile'), label: 'Send a new link from your profile' }}
    >
      {(email) => `The new address is ${email}. Other sessions of your account end.`}
    </ConfirmPage>
  )
}

export function UndoEmailPage() {
  return (
    <ConfirmPage
      title="Undo the change"
      text="Brings your former address back"
      purpose="undo_email"
      action="Bring the address back"
      act={undoEmailChange}
      done="Your address is back, and all sessions are ended. We have sent you a link to set a new password."
      again={{ to: paths.forgotPassword, label: 'Forgot the password?' }}
    >
      {(email) => `The account gets ${email} back. All sessions end, and the password has to be set anew.`}
    </ConfirmPage>
  )
}

interface ConfirmPageProps {
  title: string
  text: string
  purpose: LinkPurpose
  action: string
  act: (token: string) => Promise<unknown>
  done: string
  again: { to: string; label: string }
  children: (email: string) => ReactNode
}

/** Does what a link is for when its button is pressed: opening the page alone, as scanners of mails do, does nothing. */
function ConfirmPage({ title, text, purpose, again, ...step }: ConfirmPageProps) {
  return (
    <EntryFrame title={title} text={text}>
      <LinkGuard purpose={purpose} again={again}>
        {(link) => <Step {...link} {...step} />}
      </LinkGuard>
    </EntryFrame>
  )
}

type StepProps = Pick<ConfirmPageProps, 'action' | 'act' | 'done' | 'children'> & { email: string; token: string }

function Step({ email, token, action, act, done, children }: StepProps) {
  const client = useQueryClient()
  const { mutate, isPending, isSuccess } = useAct(() => act(token), {
    // Who is signed in, and as whom, may be another by now.
    onDone: () => client.removeQueries({ queryKey: ['me'] }),
  })
  if (isSuccess) {
    return (
      <Stack role="status">
        <Alert color="teal" title={done} />
        <TextLink to={paths.home} size="sm" ta="center">
          Go on
        </TextLink>
      </Stack>
    )
  }
  return (
    <Stack>
      <Text ta="center" style={{ overflowWrap: 'anywhere' }}>
        {children(email)}
      </Text>
      <Button onClick={() => mutate()} loading={isPending} autoFocus fullWidth>
        {action}
      </Button>
    </Stack>
  )
}

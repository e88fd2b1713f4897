import { Alert, Button, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { meQuery, signOut } from '../../api/identity.ts'
import { acceptInvitation, invitationQuery, signUpInvited } from '../../api/people.ts'
import { isProblem } from '../../api/problem.ts'
import type { OpenInvitation } from '../../api/types.ts'
import { chooseWorkspace } from '../../api/workspace.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { isPasswordShort, NewPasswordInput } from '../../ui/NewPasswordInput.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { roleNames } from '../../words.ts'
import { EntryFrame } from '../entry/EntryFrame.tsx'
import { useLinkToken } from '../entry/use-link-token.ts'

/** Where the link of an invitation leads: to the acceptance, to a new account, or to the sign-in first. */
export function InvitationPage() {
  const token = useLinkToken()
  const invitation = useQuery(invitationQuery(token))
  const gone = token === '' || isProblem(invitation.error, 'identity.invitation_gone')
  return (
    <EntryFrame title="You are invited" text="To work together in a workspace">
      {gone ? <Gone /> : <Loaded query={invitation}>{(open) => <Invited invitation={open} token={token} />}</Loaded>}
    </EntryFrame>
  )
}

function Gone() {
  return (
    <Stack>
      <Alert color="orange" title="This invitation no longer works">
        It was used, revoked, replaced by a newer one, or is too old. Ask who invited you for a new one.
      </Alert>
      <TextLink to={paths.signIn} size="sm" ta="center">
        Go to the sign-in
      </TextLink>
    </Stack>
  )
}

interface InvitedProps {
  invitation: OpenInvitation
  token: string
}

function Invited({ invitation, token }: InvitedProps) {
  const me = useQuery({ ...meQuery, retry: false })
  const { invitedBy, workspaceName, role } = invitation
  if (me.isPending) return null
  return (
    <Stack>
      <Text>
        {invitedBy ?? 'Somebody'} invites you to <strong>{workspaceName}</strong>, as {roleNames[role].toLowerCase()}.
      </Text>
      {me.data ? (
        <Acceptance invitation={invitation} token={token} signedIn={me.data.person.email} />
      ) : invitation.hasAccount ? (
        <SignInFirst invitation={invitation} token={token} />
      ) : invitation.canSignUp ? (
        <SignUpForm invitation={invitation} token={token} />
      ) : (
        <NoNewAccounts email={invitation.email} />
      )}
    </Stack>
  )
}

/** Opens the workspace that one has just come into. */
function useArrival() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return async (workspaceId: string | undefined) => {
    chooseWorkspace(workspaceId)
    client.removeQueries()
    await navigate({ to: paths.home })
  }
}

function Acceptance({ invitation: { email }, token, signedIn }: InvitedProps & { signedIn: string }) {
  const arrive = useArrival()
  const accept = useAct(() => acceptInvitation(token), { done: 'Welcome.', onDone: ({ id }) => void arrive(id) })
  if (signedIn !== email) return <OtherAddress email={email} signedIn={signedIn} />
  return (
    <Button loading={accept.isPending} onClick={() => accept.mutate()}>
      Accept the invitation
    </Button>
  )
}

function OtherAddress({ email, signedIn }: { email: string; signedIn: string }) {
  const client = useQueryClient()
  // The invitation stays on the page, and is answered anew by nobody in particular.
  const leave = useAct(signOut, { onDone: () => void client.resetQueries() })
  return (
    <Stack>
      <Alert color="orange" title="You are signed in with another address">
        The invitation is for{' '}
        <Text span inherit style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>
        , and you are {signedIn}.
      </Alert>
      <Button loading={leave.isPending} onClick={() => leave.mutate()}>
        Sign out and go on
      </Button>
      <TextLink to={paths.home} size="sm" ta="center">
        Stay signed in
      </TextLink>
    </Stack>
  )
}

function NoNewAccounts({ email }: { email: string }) {
  return (
    <Alert color="orange" title="No new accounts">
      {email} has no account here, and who runs this installation takes no new ones at present. Ask who invited you.
    </Alert>
  )
}

function SignInFirst({ invitation: { email }, token }: InvitedProps) {
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The invitation is for {email}. Sign in with that account, and you come back here.
      </Text>
      <ButtonLink to={paths.signIn} search={{ next: `${paths.invitation}#token=${token}` }} fullWidth>
        Sign in
      </ButtonLink>
    </Stack>
  )
}

function SignUpForm({ invitation: { email }, token }: InvitedProps) {
  const arrive = useArrival()
  const form = useForm({ initialValues: { name: '', password: '' }, validate: { password: isPasswordShort } })
  const { submit, isPending, problem } = useSubmit(form, (values) => signUpInvited({ ...values, token }), {
    onDone: ({ workspaces }) => void arrive(workspaces[0]?.id),
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Email" value={email} readOnly autoComplete="username" />
        <TextInput label="Your name" autoComplete="name" required autoFocus {...form.getInputProps('name')} />
        <NewPasswordInput {...form.getInputProps('password')} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending} fullWidth>
          Create account and join
        </Button>
      </Stack>
    </form>
  )
}

import { Anchor, Group, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { signOut } from '../../api/identity.ts'
import { ProofForm } from '../../parts/ProofForm.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { EntryFrame } from './EntryFrame.tsx'
import { useNext } from './SignInPage.tsx'

/** After the password: what only its owner has. */
export function SecondStepPage() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const goOn = useNext()
  const enter = () => {
    client.clear()
    goOn()
  }
  const leave = useAct(signOut, { onDone: () => navigate({ to: paths.signIn }) })
  return (
    <EntryFrame title="One more step" text="Your account has a second factor. Show that it is you.">
      <Stack>
        <ProofForm onProven={enter} />
        <Group justify="center">
          <Anchor component="button" type="button" size="sm" c="dimmed" onClick={() => leave.mutate()}>
            Sign in as somebody else
          </Anchor>
        </Group>
      </Stack>
    </EntryFrame>
  )
}

import { Badge, Box, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { askEmailChange, askEmailVerification, deleteMe, updateMe } from '../../api/account.ts'
import { meQuery } from '../../api/identity.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { useMe } from '../../session.ts'
import { ColorSchemeSwitch } from '../../shell/UserMenu.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { LinkedAccountsSection } from './LinkedAccountsSection.tsx'
import { PasswordForm } from './PasswordForm.tsx'

/** What a person keeps about themselves; the same in every workspace. */
export function ProfileSection() {
  const { person } = useMe()
  return (
    <Stack gap="lg">
      <Section title="Name">
        <NameForm name={person.name} />
      </Section>
      <Section title="Address" description="You sign in with it, and we write to it about your account.">
        <AddressForm email={person.email} verified={person.emailVerified} />
      </Section>
      <Section title="Password" description="A new one ends your sessions elsewhere.">
        <PasswordForm email={person.email} hasPassword={person.hasPassword} />
      </Section>
      <LinkedAccountsSection />
      <Section title="Light or dark" description="Kept in this browser.">
        <Box maw={280}>
          <ColorSchemeSwitch />
        </Box>
      </Section>
      <Section
        title="Delete the account"
        description="Your name and address go, and you leave all workspaces. Workspaces that only you own need another owner first, or are deleted first."
      >
        <DeleteAccount email={person.email} />
      </Section>
    </Stack>
  )
}

function NameForm({ name }: { name: string }) {
  const form = useForm({ initialValues: { name } })
  const { submit, isPending, problem } = useSubmit(form, (values) => updateMe(values.name), {
    done: 'Saved.',
    refresh: [meQuery.queryKey],
    onDone: () => form.resetDirty(),
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack maw={480}>
        <TextInput label="Your name" autoComplete="name" required {...form.getInputProps('name')} />
        <ProblemAlert error={problem} />
        <Group>
          <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function AddressForm({ email, verified }: { email: string; verified: boolean }) {
  const form = useForm({ initialValues: { email: '' } })
  const { submit, isPending, problem } = useSubmit(form, (values) => askEmailChange(values.email), {
    done: 'Open the link that we have sent to the new address.',
    onDone: () => form.reset(),
  })
  const verify = useAct(askEmailVerification, { done: `Open the link that we have sent to ${email}.` })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack maw={480}>
        <Group gap="xs">
          <Text style={{ overflowWrap: 'anywhere' }}>{email}</Text>
          <Badge color={verified ? 'teal' : 'orange'}>{verified ? 'Confirmed' : 'Not confirmed'}</Badge>
          {!verified && (
            <Button size="xs" variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
              Send a link to confirm it
            </Button>
          )}
        </Group>
        <TextInput
          label="New address"
          description="It counts once you have opened the link we send there. The present address is told, and can undo it for 7 days."
          type="email"
          autoComplete="email"
          required
          {...form.getInputProps('email')}
        />
        <ProblemAlert error={problem} />
        <Group>
          <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
            Change the address
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function DeleteAccount({ email }: { email: string }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const leave = useAct(deleteMe, {
    done: 'Your account is deleted.',
    onDone: async () => {
      await navigate({ to: paths.signIn })
      // Forgets everything, and lets the sign-in page ask again what it shows.
      await client.resetQueries()
    },
  })
  return (
    <Stack maw={480}>
      <Group>
        <Confirm
          title="Delete your account?"
          text={`The account ${email} is deleted for good, with your places in all workspaces. This cannot be taken back.`}
          action="Delete my account"
          busy={leave.isPending}
          onConfirm={() => leave.mutateAsync().catch(() => undefined)}
        >
          {(open) => (
            <Button color="red" variant="light" onClick={open}>
              Delete the account
            </Button>
          )}
        </Confirm>
      </Group>
    </Stack>
  )
}

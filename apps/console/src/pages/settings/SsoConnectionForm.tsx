import { Alert, Button, Group, PasswordInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { deleteSso, externalAccountsQuery, saveSso, ssoQuery, testSso } from '../../api/federation.ts'
import type { SsoConnectionChange, SsoSettings } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMay } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { roleNames } from '../../words.ts'

const defaultRoles = ['viewer', 'editor', 'admin'] as const

export function SsoConnectionForm({ settings: { connection, redirectUri } }: { settings: SsoSettings }) {
  const mayOwn = useMay()('workspace.own')
  const test = useTest()
  const form = useForm({
    initialValues: {
      issuer: connection?.issuer ?? '',
      clientId: connection?.clientId ?? '',
      clientSecret: '',
      defaultRole: connection?.defaultRole ?? 'viewer',
      required: connection?.required ?? false,
      mfaCounts: connection?.mfaCounts ?? false,
    },
  })
  const { submit, isPending, problem } = useSubmit(form, (values) => saveSso(bodyOf(values)), {
    done: 'Saved. The issuer has answered.',
    refresh: [ssoQuery.queryKey, externalAccountsQuery.queryKey],
    onDone: () => {
      form.setFieldValue('clientSecret', '')
      form.resetDirty({ ...form.getValues(), clientSecret: '' })
    },
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack maw={560}>
        <CopyField label="Redirect URI, to be registered at the issuer" value={redirectUri} />
        <fieldset disabled={!mayOwn} style={{ border: 0, margin: 0, padding: 0 }}>
          <Stack>
            <TextInput
              label="Issuer"
              placeholder="https://login.example.com"
              description="Its discovery document is read from below this address."
              required
              {...form.getInputProps('issuer')}
            />
            <TextInput label="Client id" autoComplete="off" required {...form.getInputProps('clientId')} />
            <PasswordInput
              label="Client secret"
              description={connection ? 'Kept sealed and never shown again. Leave it empty to keep it.' : undefined}
              autoComplete="off"
              required={connection === null}
              {...form.getInputProps('clientSecret')}
            />
            <Select
              label="Default role"
              description="Of who comes in for the first time."
              allowDeselect={false}
              data={defaultRoles.map((role) => ({ value: role, label: roleNames[role] }))}
              {...form.getInputProps('defaultRole')}
            />
            <Switch
              label="Require it"
              description="Members with an address of a verified domain sign in no other way. Owners always can."
              {...form.getInputProps('required', { type: 'checkbox' })}
            />
            <Switch
              label="Take its word for more than one factor"
              description="When the issuer says so (amr: mfa), the second step here is saved, for people who are in no other workspace."
              {...form.getInputProps('mfaCounts', { type: 'checkbox' })}
            />
          </Stack>
        </fieldset>
        <ProblemAlert error={problem} />
        <Group>
          {mayOwn && (
            <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          )}
          {connection && (
            <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
              Test connection
            </Button>
          )}
          {connection && mayOwn && <EndConnection />}
        </Group>
        <TestResult test={test} />
      </Stack>
    </form>
  )
}

/** An empty secret keeps the one before. */
function bodyOf({ clientSecret, ...values }: Required<SsoConnectionChange>): SsoConnectionChange {
  return clientSecret === '' ? values : { ...values, clientSecret }
}

function TestResult({ test }: { test: ReturnType<typeof useTest> }) {
  return (
    <div role="status">
      {test.data && (
        <Alert color="teal" variant="light" title="The issuer answers">
          {test.data.issuer} sends people to {new URL(test.data.authorizationEndpoint).host} to sign in
          {test.data.pkce ? ', and checks PKCE.' : '. It does not say that it checks PKCE; it is sent all the same.'}
        </Alert>
      )}
      <ProblemAlert error={test.error} />
    </div>
  )
}

function useTest() {
  return useMutation({ mutationFn: testSso })
}

function EndConnection() {
  const end = useAct(deleteSso, {
    done: 'The single sign-on is ended.',
    refresh: [ssoQuery.queryKey, externalAccountsQuery.queryKey],
  })
  return (
    <Confirm
      title="End the single sign-on?"
      text="Whoever came in by it keeps their account and their role, and needs another way to sign in: a link to set a password, for example."
      action="End single sign-on"
      busy={end.isPending}
      onConfirm={() => end.mutateAsync().catch(() => undefined)}
    >
      {(ask) => (
        <Button color="red" variant="subtle" onClick={ask}>
          End single sign-on
        </Button>
      )}
    </Confirm>
  )
}

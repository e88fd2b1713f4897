import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { checkSiteDomain, removeSiteDomain, setSiteDomain } from '../../api/appearance.ts'
import type { CustomDomain } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMay } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { DomainProof } from './DomainProof.tsx'
import { useKeepAppearance } from './use-appearance.ts'

export function DomainSection({ domain }: { domain: CustomDomain | null }) {
  const mayWrite = useMay()('workspace.write')
  if (domain === null) return mayWrite ? <ClaimForm /> : <Text size="sm">None.</Text>
  return (
    <DomainProof domain={domain} check={checkSiteDomain} mayWrite={mayWrite}>
      <GiveUp domain={domain.domain} />
    </DomainProof>
  )
}

function ClaimForm() {
  const keep = useKeepAppearance()
  const form = useForm({ initialValues: { domain: '' } })
  const { submit, isPending, problem } = useSubmit(form, ({ domain }) => setSiteDomain(domain), { onDone: keep })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack maw={480}>
        <TextInput
          label="Domain"
          description="One that leads nowhere else. Whoever manages it can reach what people type there: choose one of your own."
          placeholder="console.example.com"
          required
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('domain')}
        />
        <ProblemAlert error={problem} />
        <Group>
          <Button type="submit" loading={isPending}>
            Use this domain
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function GiveUp({ domain }: { domain: string }) {
  const keep = useKeepAppearance()
  const remove = useAct(removeSiteDomain, { done: 'The domain is given up.', onDone: keep })
  return (
    <Confirm
      title={`Give up ${domain}?`}
      text="The console and your public pages are no longer found there, and links in later mails begin with the address of the installation."
      action="Give it up"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync()}
    >
      {(ask) => (
        <Button variant="subtle" color="gray" size="xs" onClick={ask}>
          Give it up
        </Button>
      )}
    </Confirm>
  )
}

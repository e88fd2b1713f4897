import { Alert, Button, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { invitationsQuery, invite } from '../../api/people.ts'
import type { Role, SentInvitation } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useWorkspace } from '../../session.ts'
import { CopyField } from '../../ui/CopyField.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { roleChoices, roleTexts } from './roles.ts'

/** Asks whom to invite; without a mail server it hands out the link. */
export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [sent, setSent] = useState<SentInvitation>()
  const close = () => {
    onClose()
    setSent(undefined)
  }
  return (
    <Modal opened={opened} onClose={close} title={<Text fw={600}>{sent ? 'Invited' : 'Invite somebody'}</Text>}>
      {sent ? <Sent invitation={sent} onDone={close} /> : <InviteForm onDone={setSent} />}
    </Modal>
  )
}

function InviteForm({ onDone }: { onDone: (sent: SentInvitation) => void }) {
  const own = useWorkspace()?.role
  const form = useForm<{ email: string; role: Role }>({ initialValues: { email: '', role: 'editor' } })
  const { submit, isPending, problem } = useSubmit(form, invite, { refresh: [invitationsQuery.queryKey], onDone })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Email" type="email" required data-autofocus {...form.getInputProps('email')} />
        <Select
          label="Role"
          description={roleTexts[form.values.role]}
          data={roleChoices(own)}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Send the invitation
        </Button>
      </Stack>
    </form>
  )
}

/** What was done with an invitation, and its link when somebody has to carry it. */
export function Sent({ invitation: { email, link }, onDone }: { invitation: SentInvitation; onDone: () => void }) {
  return (
    <Stack>
      {link === null ? (
        <Text size="sm">We have sent a link to {email}. It works once, for 7 days, and only for that address.</Text>
      ) : (
        <>
          <Alert color="orange" title="No mail server is set">
            The invitation was not mailed. Give this link to {email} yourself; it works once, for 7 days, and only for
            that address.
          </Alert>
          <CopyField label="Link of the invitation" value={link} />
        </>
      )}
      <Button onClick={onDone}>Done</Button>
    </Stack>
  )
}

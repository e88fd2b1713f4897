import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { createMailbox, mailboxesQuery, updateMailbox } from '../../api/mailboxes.ts'
import type { Mailbox, NewMailbox } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { choicesOf } from '../../words.ts'

const tlsChoices = {
  implicit: 'TLS from the first byte',
  required: 'STARTTLS, or fail',
  none: 'None: only for this machine',
}
const usualPorts = { imap: 993, pop3: 995 } as const

type MailboxValues = Required<NewMailbox>

/** A mailbox to read bounces, complaints and replies from. */
export function MailboxForm({ mailbox, onDone }: { mailbox?: Mailbox | undefined; onDone: () => void }) {
  const form = useForm<MailboxValues>({ initialValues: valuesOf(mailbox) })
  const { submit, isPending, problem } = useSubmit(
    form,
    (values) => (mailbox ? updateMailbox(mailbox.id, bodyOf(values)) : createMailbox(bodyOf(values))),
    { done: mailbox ? 'Saved.' : 'Mailbox added. It is read now.', refresh: [mailboxesQuery.queryKey], onDone },
  )
  const { protocol } = form.values
  const choose = (chosen: string) => {
    const next = chosen === 'pop3' ? 'pop3' : 'imap'
    form.setValues({ protocol: next, port: usualPorts[next] })
  }
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <SegmentedControl
          fullWidth
          aria-label="Protocol"
          data={[
            { value: 'imap', label: 'IMAP' },
            { value: 'pop3', label: 'POP3' },
          ]}
          value={protocol}
          onChange={choose}
        />
        <TextInput label="Name" placeholder="Bounces" required data-autofocus {...form.getInputProps('name')} />
        <SimpleGrid cols={2}>
          <TextInput label="Host" placeholder="mail.example.com" required {...form.getInputProps('host')} />
          <NumberInput label="Port" min={1} max={65_535} thousandSeparator="" {...form.getInputProps('port')} />
        </SimpleGrid>
        <Select label="Encryption" data={choicesOf(tlsChoices)} allowDeselect={false} {...form.getInputProps('tls')} />
        <SimpleGrid cols={2}>
          <TextInput label="User name" autoComplete="off" required {...form.getInputProps('username')} />
          <PasswordInput
            label="Password"
            autoComplete="new-password"
            placeholder={mailbox ? 'Stays as it is' : ''}
            required={mailbox === undefined}
            {...form.getInputProps('password')}
          />
        </SimpleGrid>
        <SimpleGrid cols={2}>
          {protocol === 'imap' && <TextInput label="Folder" required {...form.getInputProps('folder')} />}
          <NumberInput
            label="Read every"
            suffix=" seconds"
            min={60}
            max={86_400}
            {...form.getInputProps('everySeconds')}
          />
        </SimpleGrid>
        <Checkbox
          label="Remove what was understood"
          description="Bounces, complaints and automatic replies leave the server once they are recorded; all else stays."
          {...form.getInputProps('removeHandled', { type: 'checkbox' })}
        />
        <Checkbox label="Read it" {...form.getInputProps('active', { type: 'checkbox' })} />
        <ProblemAlert error={problem} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {mailbox ? 'Save' : 'Add mailbox'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function valuesOf(mailbox: Mailbox | undefined): MailboxValues {
  return {
    name: mailbox?.name ?? '',
    protocol: mailbox?.protocol ?? 'imap',
    host: mailbox?.host ?? '',
    port: mailbox?.port ?? usualPorts.imap,
    tls: mailbox?.tls ?? 'implicit',
    username: mailbox?.username ?? '',
    password: '',
    folder: mailbox?.folder ?? 'INBOX',
    removeHandled: mailbox?.removeHandled ?? false,
    everySeconds: mailbox?.everySeconds ?? 60,
    active: mailbox?.active ?? true,
  }
}

/** An empty password stays unsaid: the server keeps the one it has. */
function bodyOf({ password, ...rest }: MailboxValues): NewMailbox {
  return password === '' ? rest : { ...rest, password }
}

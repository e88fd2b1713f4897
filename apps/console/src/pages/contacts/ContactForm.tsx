import { Button, Group, MultiSelect, Select, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import {
  contactCountsQuery,
  createContact,
  fieldsQuery,
  listsQuery,
  tagsQuery,
  updateContact,
} from '../../api/audience.ts'
import { pagesOf } from '../../api/pages.ts'
import type { ConsentBasis, Contact, Field, FieldValue } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { choicesOf, consentBases } from '../../words.ts'
import { FieldInput } from './FieldInput.tsx'

interface ContactValues extends Record<string, unknown> {
  email: string
  firstName: string
  lastName: string
  consentBasis: ConsentBasis
  status: string
  tags: string[]
  listIds: string[]
  fields: Record<string, FieldValue>
}

const standard: ReadonlySet<string> = new Set(['email', 'first_name', 'last_name'])

/** Adds a contact, or changes one. */
export function ContactForm({ contact, onDone }: { contact?: Contact | undefined; onDone: () => void }) {
  const fields = useQuery(fieldsQuery)
  const lists = useQuery(listsQuery)
  const tags = useQuery(tagsQuery)
  const form = useForm<ContactValues>({ initialValues: valuesOf(contact) })
  const { submit, isPending, problem } = useSubmit(form, (values) => save(contact, values), {
    done: contact ? 'Saved.' : 'Contact added.',
    refresh: [pagesOf('/v1/contacts'), contactCountsQuery.queryKey, ['contact'], ['timeline'], tagsQuery.queryKey],
    onDone,
  })
  const custom = fields.data?.rows.filter(({ key }) => !standard.has(key)) ?? []
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Email" type="email" required data-autofocus {...form.getInputProps('email')} />
        <SimpleGrid cols={2}>
          <TextInput label="First name" {...form.getInputProps('firstName')} />
          <TextInput label="Last name" {...form.getInputProps('lastName')} />
        </SimpleGrid>
        <Select
          label="Consent basis"
          description={consentBases[form.values.consentBasis].text}
          data={choicesOf(consentBases)}
          allowDeselect={false}
          {...form.getInputProps('consentBasis')}
        />
        {contact && <StatusSelect contact={contact} {...form.getInputProps('status')} />}
        <TagsInput
          label="Tags"
          placeholder="Type and press Enter"
          data={tags.data?.rows.map(({ tag }) => tag) ?? []}
          {...form.getInputProps('tags')}
        />
        <MultiSelect
          label="Lists"
          data={lists.data?.rows.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          searchable
          {...form.getInputProps('listIds')}
        />
        {custom.map((field: Field) => (
          <FieldInput key={field.key} field={field} {...form.getInputProps(`fields.${field.key}`)} />
        ))}
        <ProblemAlert error={problem} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {contact ? 'Save' : 'Add contact'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface StatusSelectProps {
  contact: Contact
  value?: string
  onChange?: (value: string | null) => void
}

/** A person may subscribe or unsubscribe someone; bounced and complained are not theirs to set. */
function StatusSelect({ contact, ...input }: StatusSelectProps) {
  const settable = ['subscribed', 'unsubscribed']
  const data = choicesOf({ subscribed: 'Subscribed', unsubscribed: 'Unsubscribed' })
  const isLocked = !settable.includes(contact.status)
  return (
    <Select
      label="Status"
      data={isLocked ? [...data, { value: contact.status, label: contact.status, disabled: true }] : data}
      allowDeselect={false}
      {...input}
    />
  )
}

function valuesOf(contact: Contact | undefined): ContactValues {
  return {
    email: contact?.email ?? '',
    firstName: contact?.firstName ?? '',
    lastName: contact?.lastName ?? '',
    consentBasis: contact?.consentBasis ?? 'opt_in',
    status: contact?.status ?? 'subscribed',
    tags: contact?.tags ?? [],
    listIds: contact?.listIds ?? [],
    fields: contact?.fields ?? {},
  }
}

function save(contact: Contact | undefined, { status, fields, ...values }: ContactValues): Promise<Contact> {
  const entries = Object.entries(fields).map(([key, value]) => [key, value === '' ? null : value] as const)
  if (contact === undefined) {
    return createContact({ ...values, fields: Object.fromEntries(entries.filter(([, value]) => value !== null)) })
  }
  const isSettable = status === 'subscribed' || status === 'unsubscribed'
  return updateContact(contact.id, {
    ...values,
    fields: Object.fromEntries(entries),
    ...(isSettable && status !== contact.status ? { status } : {}),
  })
}

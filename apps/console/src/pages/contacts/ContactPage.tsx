import { Alert, Anchor, Badge, Button, Drawer, Grid, Group, Stack, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBan, IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { timelineQuery } from '../../api/analytics.ts'
import { contactQuery, fieldsQuery, listsQuery } from '../../api/audience.ts'
import type { Contact, FieldValue } from '../../api/types.ts'
import { formatDateTime } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useRouteId } from '../../parts/use-route-id.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { consentBases, contactStatuses } from '../../words.ts'
import { ContactForm } from './ContactForm.tsx'
import { ContactMenu } from './ContactMenu.tsx'
import { ContactTimeline } from './ContactTimeline.tsx'

export function ContactPage() {
  const contact = useQuery(contactQuery(useRouteId()))
  return <Loaded query={contact}>{(found) => <ContactView contact={found} />}</Loaded>
}

function ContactView({ contact }: { contact: Contact }) {
  const [isEditing, editing] = useDisclosure()
  const navigate = useNavigate()
  const may = useMay()
  const timeline = useQuery(timelineQuery(contact.id))
  const name = `${contact.firstName} ${contact.lastName}`.trim()
  return (
    <>
      <PageHeader
        title={name || contact.email}
        above={
          <TextLink to={paths.contacts} c="dimmed">
            Contacts
          </TextLink>
        }
        description={name ? contact.email : undefined}
        beside={<ToneBadge word={contactStatuses[contact.status]} />}
      >
        {may('contacts.write') && (
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={editing.open}>
            Edit
          </Button>
        )}
        <ContactMenu contact={contact} onEdit={editing.open} onDeleted={() => navigate({ to: paths.contacts })} />
      </PageHeader>
      <Stack>
        <Blocked contact={contact} />
        <Grid gap="lg" align="flex-start">
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Facts contact={contact} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Section title="Timeline" description="Why this person got, or did not get, each message; the newest first">
              <Loaded query={timeline}>{({ rows }) => <ContactTimeline entries={rows} />}</Loaded>
            </Section>
          </Grid.Col>
        </Grid>
      </Stack>
      <Drawer opened={isEditing} onClose={editing.close} title="Edit contact">
        <ContactForm contact={contact} onDone={editing.close} />
      </Drawer>
    </>
  )
}

/** Why no campaign will write to this person, when none will. */
function Blocked({ contact }: { contact: Contact }) {
  const reason = blockReason(contact)
  if (reason === undefined) return null
  return (
    <Alert color="orange" icon={<IconBan size={18} />} title="No campaign will write to this person">
      {reason}
    </Alert>
  )
}

function blockReason({ suppressed, status, consentBasis }: Contact): string | undefined {
  if (suppressed) return 'The address is on the suppression list, which counts for every campaign.'
  if (status !== 'subscribed') return `Their status is “${contactStatuses[status].label.toLowerCase()}”.`
  if (consentBasis === 'none') return 'There is no consent basis: set one before writing.'
  return undefined
}

function Facts({ contact }: { contact: Contact }) {
  const fields = useQuery(fieldsQuery)
  const lists = useQuery(listsQuery)
  const labels = new Map(fields.data?.rows.map(({ key, label }) => [key, label]))
  const memberOf = lists.data?.rows.filter(({ id }) => contact.listIds.includes(id)) ?? []
  return (
    <Section title="About">
      <Table verticalSpacing={7} horizontalSpacing={0} withRowBorders={false} highlightOnHover={false}>
        <Table.Tbody>
          <Fact label="Email">
            <Anchor href={`mailto:${contact.email}`} style={{ overflowWrap: 'anywhere' }}>
              {contact.email}
            </Anchor>
          </Fact>
          <Fact label="Consent">{consentBases[contact.consentBasis].label}</Fact>
          <Fact label="Tags">
            <Group gap={4}>
              {contact.tags.map((tag) => (
                <Badge key={tag} variant="default" fw={450}>
                  {tag}
                </Badge>
              ))}
              {contact.tags.length === 0 && '–'}
            </Group>
          </Fact>
          <Fact label="Lists">{memberOf.map(({ name }) => name).join(', ') || '–'}</Fact>
          {Object.entries(contact.fields).map(([key, value]) => (
            <Fact key={key} label={labels.get(key) ?? key}>
              {shown(value)}
            </Fact>
          ))}
          <Fact label="Added">{formatDateTime(contact.createdAt)}</Fact>
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={120} style={{ verticalAlign: 'top' }}>
        {label}
      </Table.Th>
      <Table.Td>
        <Text component="div" size="sm">
          {children}
        </Text>
      </Table.Td>
    </Table.Tr>
  )
}

function shown(value: FieldValue): string {
  if (value === null || value === '') return '–'
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value)
}

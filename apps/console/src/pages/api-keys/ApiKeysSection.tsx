import { Badge, Button, Code, Group, Modal, Stack, Text } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { apiKeysQuery } from '../../api/identity.ts'
import type { ApiKey, IssuedApiKey } from '../../api/types.ts'
import { counted, formatDate } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { roleNames } from '../../words.ts'
import { EditKeyForm } from './EditKeyForm.tsx'
import { KeyActions } from './KeyActions.tsx'
import { KeyOnce } from './KeyOnce.tsx'
import { NewKeyForm } from './NewKeyForm.tsx'
import { RotateKeyForm } from './RotateKeyForm.tsx'

/** What the window over the list is about. */
type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'edit' | 'rotate'; readonly key: ApiKey }
  | { readonly kind: 'issued'; readonly issued: IssuedApiKey }

const titles = { new: 'New API key', edit: 'Change the key', rotate: 'Rotate the key', issued: 'Your key' } as const

export function ApiKeysSection() {
  const keys = useQuery(apiKeysQuery)
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const issued = (key: IssuedApiKey) => setOpen({ kind: 'issued', issued: key })
  return (
    <Section
      title="API keys"
      description="For programs: each key works in this workspace alone. A key stays the workspace’s own and keeps working when whoever made it leaves."
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: 'new' })}>
          New key
        </Button>
      }
      flush
    >
      <Loaded query={keys}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Blank icon={IconKey} title="No keys yet" text="A key lets a program do what you allow it, and no more." />
          ) : (
            <DataTable
              label="API keys"
              rows={rows}
              columns={columnsFor((kind, key) => setOpen({ kind, key }))}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      <Modal
        opened={open !== undefined}
        onClose={close}
        closeOnClickOutside={open?.kind !== 'issued'}
        size="lg"
        title={<Text fw={600}>{open ? titles[open.kind] : ''}</Text>}
      >
        {open?.kind === 'new' && <NewKeyForm onDone={issued} />}
        {open?.kind === 'edit' && <EditKeyForm apiKey={open.key} onDone={close} />}
        {open?.kind === 'rotate' && <RotateKeyForm apiKey={open.key} onDone={issued} />}
        {open?.kind === 'issued' && <KeyOnce issued={open.issued} onDone={close} />}
      </Modal>
    </Section>
  )
}

function columnsFor(open: (kind: 'edit' | 'rotate', key: ApiKey) => void): readonly Column<ApiKey>[] {
  return [
    { header: 'Name', bare: true, cell: (key) => <Named apiKey={key} /> },
    { header: 'Key', cell: (key) => <Prefixes apiKey={key} /> },
    { header: 'May', cell: (key) => <Allowed apiKey={key} /> },
    { header: 'Last used', cell: (key) => <LastUse apiKey={key} /> },
    {
      header: '',
      align: 'right',
      cell: (key) => <KeyActions apiKey={key} onEdit={() => open('edit', key)} onRotate={() => open('rotate', key)} />,
    },
  ]
}

function Named({ apiKey: { name, createdBy, createdAt } }: { apiKey: ApiKey }) {
  const by = createdBy === null ? '' : ` by ${createdBy.name || createdBy.email}`
  return (
    <div>
      <strong>{name}</strong>
      <Text size="xs" c="dimmed">
        Made {formatDate(createdAt)}
        {by}
        {createdBy?.isMember === false ? ', who has left' : ''}
      </Text>
    </div>
  )
}

function Prefixes({ apiKey: { prefix, former } }: { apiKey: ApiKey }) {
  return (
    <div>
      <Code>{prefix}…</Code>
      {former && (
        <Text size="xs" c="dimmed">
          <Code>{former.prefix}…</Code> works until {formatDate(former.worksUntil)}
        </Text>
      )}
    </div>
  )
}

function Allowed({ apiKey }: { apiKey: ApiKey }) {
  const { role, isScoped, permissions, expiresAt, isExpired, allowedNetworks } = apiKey
  return (
    <Stack gap={2}>
      <Group gap={6}>
        {isScoped ? counted(permissions.length, 'permission') : `All of ${roleNames[role]}`}
        {isExpired && <Badge color="red">Expired</Badge>}
      </Group>
      <Text size="xs" c="dimmed">
        {[
          expiresAt === null ? 'for ever' : `until ${formatDate(expiresAt)}`,
          allowedNetworks.length === 0 ? 'from anywhere' : `from ${allowedNetworks.slice(0, 2).join(', ')}`,
        ].join(', ')}
        {allowedNetworks.length > 2 ? ` and ${allowedNetworks.length - 2} more` : ''}
      </Text>
    </Stack>
  )
}

function LastUse({ apiKey: { lastUsedAt, lastUsedAddress } }: { apiKey: ApiKey }) {
  if (lastUsedAt === null) return 'Never'
  return (
    <div>
      <Moment at={lastUsedAt} />
      {lastUsedAddress && (
        <Text size="xs" c="dimmed">
          from {lastUsedAddress}
        </Text>
      )}
    </div>
  )
}

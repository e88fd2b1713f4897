import { Alert, Button, Code, Modal, Stack, Text } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { apiKeysQuery, deleteApiKey } from '../../api/identity.ts'
import type { ApiKey, IssuedApiKey } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { roleNames } from '../../words.ts'
import { ApiKeyForm } from './ApiKeyForm.tsx'

const columns: readonly Column<ApiKey>[] = [
  { header: 'Name', bare: true, cell: ({ name }) => <strong>{name}</strong> },
  { header: 'Key', cell: ({ prefix }) => <Code>{prefix}…</Code> },
  { header: 'Role', cell: ({ role }) => roleNames[role] },
  { header: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt ? <Moment at={lastUsedAt} /> : 'Never') },
  { header: '', align: 'right', cell: (key) => <DeleteKey apiKey={key} /> },
]

export function ApiKeysSection() {
  const keys = useQuery(apiKeysQuery)
  const [isMaking, setMaking] = useState(false)
  const [issued, setIssued] = useState<IssuedApiKey>()
  const close = () => {
    setMaking(false)
    setIssued(undefined)
  }
  const newButton = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      New key
    </Button>
  )
  return (
    <Section
      title="API keys"
      description="For programs: each key works in this workspace alone."
      actions={newButton}
      flush
    >
      <Loaded query={keys}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Blank icon={IconKey} title="No keys yet" text="A key lets a program do what its role allows." />
          ) : (
            <DataTable label="API keys" rows={rows} columns={columns} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      <Modal
        opened={isMaking}
        onClose={close}
        closeOnClickOutside={issued === undefined}
        title={<Text fw={600}>{issued ? 'Your new key' : 'New API key'}</Text>}
      >
        {issued ? <Issued issued={issued} onDone={close} /> : <ApiKeyForm onDone={setIssued} />}
      </Modal>
    </Section>
  )
}

function Issued({ issued, onDone }: { issued: IssuedApiKey; onDone: () => void }) {
  return (
    <Stack>
      <Alert color="orange" title="Copy it now">
        It is shown this once. We keep only a fingerprint of it.
      </Alert>
      <CopyField label="Key" value={issued.key} />
      <Button onClick={onDone}>I have it</Button>
    </Stack>
  )
}

function DeleteKey({ apiKey }: { apiKey: ApiKey }) {
  const remove = useAct(() => deleteApiKey(apiKey.id), { done: 'Key revoked.', refresh: [apiKeysQuery.queryKey] })
  return (
    <Confirm
      title={`Revoke “${apiKey.name}”?`}
      text="Programs that use it are refused from now on."
      action="Revoke key"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync()}
    >
      {(ask) => (
        <Button variant="default" size="compact-sm" onClick={ask}>
          Revoke
        </Button>
      )}
    </Confirm>
  )
}

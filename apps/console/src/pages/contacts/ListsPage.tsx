import { ActionIcon, Button, Card, Group, Modal, Text, Tooltip } from '@mantine/core'
import { IconDownload, IconListDetails, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteList, exportContacts, listsQuery } from '../../api/audience.ts'
import type { List } from '../../api/types.ts'
import { formatNumber } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { ContactTabs } from './ContactTabs.tsx'
import { ListForm } from './ListForm.tsx'

export function ListsPage() {
  const lists = useQuery(listsQuery)
  const may = useMay()
  const [edited, edit] = useState<List | 'new'>()
  const close = () => edit(undefined)
  const mayWrite = may('contacts.write')
  return (
    <>
      <PageHeader
        title="Lists"
        description="Groups that people are put on by hand or by an import. For groups by rule, use segments."
      >
        {mayWrite && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => edit('new')}>
            New list
          </Button>
        )}
      </PageHeader>
      <ContactTabs />
      <Card padding={0}>
        <Loaded query={lists}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Blank icon={IconListDetails} title="No lists yet" text="A campaign can be sent to everyone on a list.">
                {mayWrite && <Button onClick={() => edit('new')}>New list</Button>}
              </Blank>
            ) : (
              <DataTable
                label="Lists"
                rows={rows}
                columns={columnsFor(edit, mayWrite, may('contacts.export'))}
                keyOf={({ id }) => id}
              />
            )
          }
        </Loaded>
      </Card>
      <Modal
        opened={edited !== undefined}
        onClose={close}
        title={<Text fw={600}>{edited === 'new' ? 'New list' : 'Change list'}</Text>}
      >
        <ListForm list={edited === 'new' ? undefined : edited} onDone={close} />
      </Modal>
    </>
  )
}

function columnsFor(edit: (list: List) => void, mayWrite: boolean, mayExport: boolean): readonly Column<List>[] {
  return [
    {
      header: 'List',
      bare: true,
      clip: true,
      cell: ({ id, name, description }) => (
        <>
          <TextLink to={paths.contacts} search={{ listId: id }} fw={550} c="inherit" size="sm">
            {name}
          </TextLink>
          {description && (
            <Text size="xs" c="dimmed" truncate>
              {description}
            </Text>
          )}
        </>
      ),
    },
    { header: 'Contacts', align: 'right', cell: ({ contacts }) => formatNumber(contacts) },
    { header: 'Made', cell: ({ createdAt }) => <Moment at={createdAt} /> },
    {
      header: '',
      align: 'right',
      cell: (list) => <ListActions list={list} onEdit={() => edit(list)} mayWrite={mayWrite} mayExport={mayExport} />,
    },
  ]
}

interface ListActionsProps {
  list: List
  onEdit: () => void
  mayWrite: boolean
  mayExport: boolean
}

function ListActions({ list, onEdit, mayWrite, mayExport }: ListActionsProps) {
  const remove = useAct(() => deleteList(list.id), { done: 'List deleted.', refresh: [listsQuery.queryKey] })
  const takeAlong = useAct(() => exportContacts({ listId: list.id }))
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {mayExport && (
        <Tooltip label="Export">
          <ActionIcon
            aria-label={`Export ${list.name}`}
            onClick={() => takeAlong.mutate()}
            loading={takeAlong.isPending}
          >
            <IconDownload size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
      {mayWrite && (
        <>
          <Tooltip label="Change">
            <ActionIcon aria-label={`Change ${list.name}`} onClick={onEdit}>
              <IconPencil size={16} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
          <Confirm
            title={`Delete the list “${list.name}”?`}
            text="Its contacts stay; only the list goes. Draft campaigns for it need another audience."
            action="Delete list"
            busy={remove.isPending}
            onConfirm={() => remove.mutateAsync()}
          >
            {(ask) => (
              <Tooltip label="Delete">
                <ActionIcon aria-label={`Delete ${list.name}`} onClick={ask}>
                  <IconTrash size={16} stroke={1.6} />
                </ActionIcon>
              </Tooltip>
            )}
          </Confirm>
        </>
      )}
    </Group>
  )
}

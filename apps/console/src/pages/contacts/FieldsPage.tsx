import { Button, Card, Modal, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { fieldsQuery } from '../../api/audience.ts'
import type { Field } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { mergeTag } from '../../parts/merge-tag.ts'
import { useMay } from '../../session.ts'
import { CopyTag } from '../../ui/CopyTag.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { fieldTypes } from '../../words.ts'
import { ContactTabs } from './ContactTabs.tsx'
import { FieldForm } from './FieldForm.tsx'

const columns: readonly Column<Field>[] = [
  {
    header: 'Field',
    bare: true,
    clip: true,
    cell: ({ label }) => (
      <Text size="sm" fw={550} truncate>
        {label}
      </Text>
    ),
  },
  { header: 'In an email', cell: ({ key }) => <CopyTag value={mergeTag(key)} /> },
  { header: 'Type', cell: ({ type }) => fieldTypes[type] },
]

export function FieldsPage() {
  const fields = useQuery(fieldsQuery)
  const mayWrite = useMay()('contacts.write')
  const [isAdding, adding] = useDisclosure()
  return (
    <>
      <PageHeader
        title="Fields"
        description="What is known of each contact, beside tags and lists. Emails fill them in; segments ask for them."
      >
        {mayWrite && (
          <Button leftSection={<IconPlus size={16} />} onClick={adding.open}>
            New field
          </Button>
        )}
      </PageHeader>
      <ContactTabs />
      <Card padding={0}>
        <Loaded query={fields}>
          {({ rows }) => <DataTable label="Fields" rows={rows} columns={columns} keyOf={({ key }) => key} />}
        </Loaded>
      </Card>
      <Modal opened={isAdding} onClose={adding.close} title={<Text fw={600}>New field</Text>}>
        <FieldForm onDone={adding.close} />
      </Modal>
    </>
  )
}

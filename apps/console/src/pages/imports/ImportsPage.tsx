import { Card } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { importsQuery } from '../../api/audience.ts'
import type { Import } from '../../api/types.ts'
import { formatBytes, formatNumber } from '../../format.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { importSources, importStates } from '../../words.ts'
import { ContactTabs } from '../contacts/ContactTabs.tsx'

const columns: readonly Column<Import>[] = [
  {
    header: 'File',
    bare: true,
    clip: true,
    cell: ({ id, fileName }) => (
      <TextLink to={paths.contactImport} search={{ id }} fw={550} c="inherit" size="sm">
        {fileName}
      </TextLink>
    ),
  },
  { header: 'State', cell: ({ state }) => <ToneBadge word={importStates[state]} /> },
  { header: 'Source', cell: ({ source }) => importSources[source] },
  { header: 'Size', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { header: 'Created', align: 'right', cell: ({ created }) => formatNumber(created) },
  { header: 'Updated', align: 'right', cell: ({ updated }) => formatNumber(updated) },
  { header: 'Rejected', align: 'right', cell: ({ rejected }) => formatNumber(rejected) },
  { header: 'When', cell: ({ createdAt }) => <Moment at={createdAt} /> },
]

export function ImportsPage() {
  const mayWrite = useMay()('contacts.write')
  const importLink = mayWrite && (
    <ButtonLink to={paths.contactImport} leftSection={<IconUpload size={16} />}>
      Import contacts
    </ButtonLink>
  )
  return (
    <>
      <PageHeader title="Imports" description="Every file that was brought in, and what became of its rows">
        {importLink}
      </PageHeader>
      <ContactTabs />
      <Card padding={0}>
        <PagedTable
          label="Imports"
          query={importsQuery}
          columns={columns}
          keyOf={({ id }) => id}
          empty={
            <Blank
              icon={IconUpload}
              title="No imports yet"
              text="Files you bring in are listed here with their results."
            >
              {importLink}
            </Blank>
          }
        />
      </Card>
    </>
  )
}

import { ActionIcon, Card, Tooltip } from '@mantine/core'
import { IconPlus, IconPuzzle, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { deletePartial, partialReaders, partialsQuery } from '../../api/content.ts'
import type { EmailPartial } from '../../api/types.ts'
import { formatBytes } from '../../format.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { partialTag } from '../../parts/merge-tag.ts'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { CopyTag } from '../../ui/CopyTag.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { EmailTabs } from '../emails/EmailTabs.tsx'

const columns: readonly Column<EmailPartial>[] = [
  {
    header: 'Partial',
    bare: true,
    clip: true,
    cell: ({ name }) => (
      <TextLink to={paths.partial(name)} fw={550} c="inherit" size="sm">
        {name}
      </TextLink>
    ),
  },
  { header: 'In an email', cell: ({ name }) => <CopyTag value={partialTag(name)} /> },
  { header: 'Size', align: 'right', cell: ({ body }) => formatBytes(new Blob([body]).size) },
  { header: 'Changed', cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
  { header: '', align: 'right', cell: (partial) => <DeletePartial partial={partial} /> },
]

export function PartialsPage() {
  const partials = useQuery(partialsQuery)
  const newLink = useMay()('content.write') && (
    <ButtonLink to={paths.newPartial} leftSection={<IconPlus size={16} />}>
      New partial
    </ButtonLink>
  )
  return (
    <>
      <PageHeader
        title="Partials"
        description="Pieces that emails share: a header, a footer, a signature. A change reaches all of them."
      >
        {newLink}
      </PageHeader>
      <EmailTabs />
      <Card padding={0}>
        <Loaded query={partials}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Blank
                icon={IconPuzzle}
                title="No partials yet"
                text="Write a footer once, and every email can have it by its name."
              >
                {newLink}
              </Blank>
            ) : (
              <DataTable label="Partials" rows={rows} columns={columns} keyOf={({ name }) => name} />
            )
          }
        </Loaded>
      </Card>
    </>
  )
}

function DeletePartial({ partial: { name } }: { partial: EmailPartial }) {
  const remove = useAct(() => deletePartial(name), { done: `“${name}” was deleted.`, refresh: partialReaders })
  if (!useMay()('content.write')) return null
  return (
    <Confirm
      title={`Delete the partial “${name}”?`}
      text={`Emails that say ${partialTag(name)} have an error until they no longer do. Campaigns that were sent keep what they sent.`}
      action="Delete partial"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync()}
    >
      {(ask) => (
        <Tooltip label="Delete">
          <ActionIcon aria-label={`Delete ${name}`} onClick={ask}>
            <IconTrash size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
    </Confirm>
  )
}

import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { deleteSegment, segmentQuery, segmentsQuery, updateSegment } from '../../api/audience.ts'
import type { Segment } from '../../api/types.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useRouteId } from '../../parts/use-route-id.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { SegmentForm } from './SegmentForm.tsx'

export function SegmentPage() {
  const segment = useQuery(segmentQuery(useRouteId()))
  return <Loaded query={segment}>{(found) => <SegmentView segment={found} key={found.id} />}</Loaded>
}

function SegmentView({ segment }: { segment: Segment }) {
  const mayWrite = useMay()('contacts.write')
  return (
    <>
      <PageHeader
        title={segment.name}
        above={
          <TextLink to={paths.segments} c="dimmed">
            Segments
          </TextLink>
        }
      >
        <ButtonLink variant="default" to={paths.contacts} search={{ segmentId: segment.id }}>
          See its contacts
        </ButtonLink>
        {mayWrite && <DeleteSegment segment={segment} />}
      </PageHeader>
      <SegmentForm
        segment={segment}
        readOnly={!mayWrite}
        save={(body) => updateSegment(segment.id, body)}
        onSaved={() => undefined}
      />
    </>
  )
}

function DeleteSegment({ segment }: { segment: Segment }) {
  const navigate = useNavigate()
  const remove = useAct(() => deleteSegment(segment.id), {
    done: 'Segment deleted.',
    refresh: [segmentsQuery.queryKey],
    onDone: () => navigate({ to: paths.segments }),
  })
  return (
    <Confirm
      title={`Delete the segment “${segment.name}”?`}
      text="Contacts stay. Draft campaigns for it need another audience."
      action="Delete segment"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync()}
    >
      {(ask) => (
        <Button variant="default" leftSection={<IconTrash size={16} />} onClick={ask}>
          Delete
        </Button>
      )}
    </Confirm>
  )
}

import { useNavigate } from '@tanstack/react-router'
import { createSegment } from '../../api/audience.ts'
import { TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { SegmentForm } from './SegmentForm.tsx'

export function NewSegmentPage() {
  const navigate = useNavigate()
  return (
    <>
      <PageHeader
        title="New segment"
        above={
          <TextLink to={paths.segments} c="dimmed">
            Segments
          </TextLink>
        }
        description="People by rule. Who fits is asked anew each time the segment is used."
      />
      <SegmentForm save={createSegment} onSaved={({ id }) => navigate({ to: paths.segment(id) })} />
    </>
  )
}

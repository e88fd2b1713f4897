import { Box, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { previewQuery } from '../../api/content.ts'
import type { EmailDraft } from '../../api/types.ts'
import { MailFrame } from '../../ui/MailFrame.tsx'

const height = 190
const scale = 0.5

/** A starter as it will look, small. */
export function StarterPicture({ draft }: { draft: EmailDraft }) {
  const { name: _, ...request } = draft
  const preview = useQuery(previewQuery(request))
  return (
    <Box h={height} aria-hidden="true" style={{ overflow: 'hidden', borderBottom: '1px solid var(--line)' }} inert>
      {preview.data ? (
        <div style={{ width: `${100 / scale}%`, transform: `scale(${scale})`, transformOrigin: '0 0' }}>
          <MailFrame html={preview.data.html} title={draft.name} kind="preview" height={height / scale} />
        </div>
      ) : (
        <Skeleton h={height} radius={0} />
      )}
    </Box>
  )
}

import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { standingQuery } from '../../api/delivery.ts'
import { TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'

const everyMs = 5_000

/** What keeps a running campaign from leaving: a mail server that does not answer, a password it refuses. */
export function TroubleAlert({ campaignId, running }: { campaignId: string; running: boolean }) {
  const standing = useQuery({ ...standingQuery(campaignId), enabled: running, refetchInterval: everyMs })
  if (!running || !standing.data?.trouble) return null
  return (
    <Alert color="orange" title="Sending waits">
      {standing.data.trouble}. Everybody stays pending, and it is tried again by itself. If it lasts, look at{' '}
      <TextLink to={paths.settingsSection('senders')}>the sender</TextLink>.
    </Alert>
  )
}

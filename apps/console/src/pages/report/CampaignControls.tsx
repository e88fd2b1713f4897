import { Button, Group } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { reportQuery } from '../../api/analytics.ts'
import { type CampaignMove, campaignQuery, moveCampaign } from '../../api/campaigns.ts'
import { pagesOf } from '../../api/pages.ts'
import type { Campaign } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useMay } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'

/** Pause, resume and cancel, each where the state allows it. */
export function CampaignControls({ campaign }: { campaign: Campaign }) {
  const maySend = useMay()('campaigns.send')
  const move = useAct((wanted: CampaignMove) => moveCampaign(campaign.id, wanted), {
    refresh: [campaignQuery(campaign.id).queryKey, reportQuery(campaign.id).queryKey, pagesOf('/v1/campaigns')],
  })
  const { state } = campaign
  const isOpen = state === 'launching' || state === 'sending' || state === 'paused'
  if (!maySend || !isOpen) return null
  return (
    <Group gap="xs">
      {state === 'sending' && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} />}
          loading={move.isPending}
          onClick={() => move.mutate('pause')}
        >
          Pause
        </Button>
      )}
      {state === 'paused' && (
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          loading={move.isPending}
          onClick={() => move.mutate('resume')}
        >
          Resume
        </Button>
      )}
      <Confirm
        title="Cancel this campaign?"
        text="Whoever was not written to yet will not be, and counts as suppressed. This cannot be taken back."
        action="Cancel campaign"
        busy={move.isPending}
        onConfirm={() => move.mutateAsync('cancel')}
      >
        {(ask) => (
          <Button variant="default" leftSection={<IconX size={16} />} onClick={ask}>
            Cancel
          </Button>
        )}
      </Confirm>
    </Group>
  )
}

import { Alert, Group, Text } from '@mantine/core'
import { IconHandStop } from '@tabler/icons-react'
import type { Campaign, Standing } from '../../api/types.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'

/** What keeps a campaign from leaving: the guard that stopped it, or a mail server that does not answer. */
export function StandingAlerts({ campaign, standing }: { campaign: Campaign; standing: Standing | undefined }) {
  if (standing === undefined) return null
  const isHalted = standing.halted !== null && campaign.state === 'paused'
  return (
    <>
      {isHalted && (
        <Alert color="red" icon={<IconHandStop size={18} />} title="The guard stopped this campaign" role="alert">
          <Text size="sm">{standing.halted}.</Text>
          <Text size="sm" mt={4}>
            Who was not written to yet stays pending. Resume goes on at your own risk; cancel keeps the rest from being
            written to.
          </Text>
          <Group mt="xs">
            <ButtonLink size="xs" variant="default" to={paths.feedback} search={{ campaign: campaign.id }}>
              Look at what came back
            </ButtonLink>
          </Group>
        </Alert>
      )}
      {standing.trouble && campaign.state === 'sending' && (
        <Alert color="orange" title="Sending waits">
          {standing.trouble}. Everybody stays pending, and it is tried again by itself. If it lasts, look at{' '}
          {campaign.senderId ? (
            <TextLink to={paths.sender(campaign.senderId)}>the sender</TextLink>
          ) : (
            <TextLink to={paths.settingsSection('senders')}>the senders</TextLink>
          )}
          .
        </Alert>
      )}
    </>
  )
}

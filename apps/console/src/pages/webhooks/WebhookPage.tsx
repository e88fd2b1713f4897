import { Alert, Code, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Webhook } from '../../api/types.ts'
import { webhookQuery } from '../../api/webhooks.ts'
import { TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useRouteId } from '../../parts/use-route-id.ts'
import { paths } from '../../paths.ts'
import { Due } from '../../ui/Due.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { WebhookActions } from './WebhookActions.tsx'
import { WebhookMessages } from './WebhookMessages.tsx'
import { WebhookState } from './WebhooksSection.tsx'

const everyMs = 5_000

/** One webhook: how it stands, what it was told and what it answered. */
export function WebhookPage() {
  const id = useRouteId()
  const webhook = useQuery({ ...webhookQuery(id), refetchInterval: everyMs })
  return <Loaded query={webhook}>{(found) => <WebhookView webhook={found} />}</Loaded>
}

function WebhookView({ webhook }: { webhook: Webhook }) {
  return (
    <>
      <PageHeader
        title={webhook.description || webhook.url}
        above={
          <TextLink to={paths.settingsSection('webhooks')} c="dimmed">
            Webhooks
          </TextLink>
        }
        beside={<WebhookState webhook={webhook} />}
        description={<span style={{ overflowWrap: 'anywhere' }}>{webhook.url}</span>}
      >
        <WebhookActions webhook={webhook} />
      </PageHeader>
      <Stack gap="lg">
        <Standing webhook={webhook} />
        <Section title="What it is told">
          <Group gap={6}>
            {webhook.types.map((type) => (
              <Code key={type}>{type}</Code>
            ))}
          </Group>
        </Section>
        <WebhookMessages webhookId={webhook.id} />
      </Stack>
    </>
  )
}

function Standing({ webhook }: { webhook: Webhook }) {
  const { state, disabledReason, disabledAt, failingSince, restsUntil, previousSecretUntil } = webhook
  return (
    <>
      {state === 'disabled' && (
        <Alert color="orange" title="It is switched off">
          <Text size="sm" component="div">
            {disabledReason ?? 'By hand'} {disabledAt && <Moment at={disabledAt} />}. What happens meanwhile is not told
            later.
          </Text>
        </Alert>
      )}
      {state === 'active' && failingSince && (
        <Alert color="red" title="Its calls fail">
          <Text size="sm" component="div">
            The first of them failed <Moment at={failingSince} />, and none has worked since.
            {restsUntil && (
              <>
                {' '}
                The next is made at <Due at={restsUntil} />.
              </>
            )}{' '}
            What could not be told is tried again.
          </Text>
        </Alert>
      )}
      {previousSecretUntil && (
        <Alert color="accent" title="Two secrets sign">
          <Text size="sm" component="div">
            Until <Due at={previousSecretUntil} /> calls are also signed with the secret of before.
          </Text>
        </Alert>
      )}
    </>
  )
}

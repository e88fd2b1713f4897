import { Badge, Button, Drawer, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMailForward, IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { sendersQuery } from '../../api/delivery.ts'
import type { Sender } from '../../api/types.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useRouteId } from '../../parts/use-route-id.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { kindOfSender } from '../../words.ts'
import { SenderForm } from '../settings/SenderForm.tsx'
import { DkimSection } from './DkimSection.tsx'
import { PacingSection } from './PacingForm.tsx'
import { ReadinessSection } from './ReadinessSection.tsx'
import { domainOfSender } from './readiness.ts'

/** One sender: whether receivers will trust it, what it signs with, and how fast it may go. */
export function SenderPage() {
  const id = useRouteId()
  const senders = useQuery(sendersQuery)
  return (
    <Loaded query={senders}>
      {({ rows }) => {
        const sender = rows.find((row) => row.id === id)
        return sender ? <SenderView key={sender.id} sender={sender} /> : <NoSender />
      }}
    </Loaded>
  )
}

function SenderView({ sender }: { sender: Sender }) {
  const mayWrite = useMay()('delivery.write')
  const [isEditing, editing] = useDisclosure()
  return (
    <>
      <PageHeader
        title={sender.name}
        above={
          <TextLink to={paths.settingsSection('senders')} c="dimmed">
            Senders
          </TextLink>
        }
        beside={<Badge color={sender.kind === 'sandbox' ? 'accent' : 'gray'}>{kindOfSender(sender)}</Badge>}
        description={`${sender.fromName} <${sender.fromEmail}>`}
      >
        {mayWrite && (
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={editing.open}>
            Change
          </Button>
        )}
      </PageHeader>
      <Stack gap="lg">
        <ReadinessSection sender={sender} />
        {sender.kind !== 'sandbox' && <DkimSection domain={domainOfSender(sender)} />}
        <PacingSection sender={sender} />
      </Stack>
      <Drawer opened={isEditing} onClose={editing.close} title="Change sender">
        {isEditing && <SenderForm sender={sender} onDone={editing.close} />}
      </Drawer>
    </>
  )
}

function NoSender() {
  return (
    <>
      <PageHeader title="Sender" />
      <Blank icon={IconMailForward} title="This sender is gone" text="It was deleted, or the address is wrong.">
        <ButtonLink to={paths.settingsSection('senders')}>All senders</ButtonLink>
      </Blank>
    </>
  )
}

import { Card } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { storyQuery } from '../../api/sending.ts'
import { TextLink } from '../../links.tsx'
import { useRouteId } from '../../parts/use-route-id.ts'
import { paths } from '../../paths.ts'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { DeliveryStory } from './DeliveryStory.tsx'

/** One delivery by its own address, as bounces and webhooks name it. */
export function DeliveryPage() {
  const id = useRouteId()
  const { data } = useQuery(storyQuery(id))
  return (
    <>
      <PageHeader
        title={data?.email ?? 'Delivery'}
        above={
          data?.campaignId ? (
            <TextLink to={paths.campaignReport(data.campaignId)} c="dimmed">
              Report of the campaign
            </TextLink>
          ) : (
            <TextLink to={paths.messages} c="dimmed">
              Messages by the API
            </TextLink>
          )
        }
        description="What happened to this message, in order"
      />
      <Card maw={760}>
        <DeliveryStory deliveryId={id} />
      </Card>
    </>
  )
}

import { Button, Card, SimpleGrid, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { createEmail, startersQuery } from '../../api/content.ts'
import { pagesOf } from '../../api/pages.ts'
import type { EmailDraft, Starter } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { StarterPicture } from './StarterPicture.tsx'

/** A gallery of ready-made emails to begin with. */
export function NewEmailPage() {
  const starters = useQuery(startersQuery)
  const navigate = useNavigate()
  const begin = useAct((draft: EmailDraft) => createEmail(draft), {
    refresh: [pagesOf('/v1/emails')],
    onDone: ({ id }) => navigate({ to: paths.email(id) }),
  })
  return (
    <>
      <PageHeader
        title="New email"
        above={
          <TextLink to={paths.emails} c="dimmed">
            Emails
          </TextLink>
        }
        description="Choose what to begin with; everything in it can be changed."
      />
      <Loaded query={starters}>
        {({ rows }) => (
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            {rows.map((starter) => (
              <StarterCard
                key={starter.key}
                starter={starter}
                busy={begin.isPending && begin.variables === starter.draft}
                onChoose={() => begin.mutate(starter.draft)}
              />
            ))}
          </SimpleGrid>
        )}
      </Loaded>
    </>
  )
}

function StarterCard({ starter, busy, onChoose }: { starter: Starter; busy: boolean; onChoose: () => void }) {
  return (
    <Card padding={0} component="article" aria-label={starter.name}>
      <StarterPicture draft={starter.draft} />
      <div style={{ padding: 16, display: 'flex', flexDirection: 'column', gap: 6, flex: 1 }}>
        <Title order={2}>{starter.name}</Title>
        <Text size="sm" c="dimmed" style={{ flex: 1 }}>
          {starter.description}
        </Text>
        <Button variant="default" mt="xs" onClick={onChoose} loading={busy}>
          Begin with this
        </Button>
      </div>
    </Card>
  )
}

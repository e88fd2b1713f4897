import { Button, Group, SegmentedControl, SimpleGrid, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { acceptDraft, campaignQuery } from '../../api/campaigns.ts'
import { pagesOf } from '../../api/pages.ts'
import type { AcceptedDraft, CrewRun } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMay } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { OfflineBadge } from './CrewStep.tsx'
import { DraftCard } from './DraftCard.tsx'
import { DraftFields } from './DraftFields.tsx'
import type { CampaignStepProps } from './steps.ts'
import { evenShares } from './steps.ts'

export interface DraftReviewProps extends CampaignStepProps {
  run: CrewRun
  onByHand: () => void
}

/** The crew's variants side by side; each can be changed before it is taken on. */
export function DraftReview({ campaign, run, goTo, onByHand }: DraftReviewProps) {
  const [index, setIndex] = useState(0)
  const mayWrite = useMay()('campaigns.write')
  const form = useForm({ initialValues: { variants: variantsOf(run) } })
  const { submit, isPending, problem } = useSubmit(
    form,
    (values) => acceptDraft(campaign.id, { runId: run.id, ...values }),
    {
      done: 'The variants are kept as emails.',
      refresh: [campaignQuery(campaign.id).queryKey, pagesOf('/v1/emails')],
      onDone: () => goTo('audience'),
    },
  )
  const variants = form.values.variants
  const verdictOf = (label: string) => run.verdicts.find(({ variant }) => variant === label)
  const shown = variants[index]
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack gap="lg">
        <Section
          title="Compare"
          description={run.strategy?.keyMessage ?? 'What the crew wrote'}
          actions={run.offline && <OfflineBadge />}
        >
          <SimpleGrid cols={{ base: 1, sm: Math.min(variants.length, 3) }}>
            {variants.map((variant, at) => (
              <DraftCard
                key={variant.label}
                variant={variant}
                verdict={verdictOf(run.variants[at]?.label ?? '')}
                rationale={run.variants[at]?.rationale ?? ''}
                selected={at === index}
                onSelect={() => setIndex(at)}
              />
            ))}
          </SimpleGrid>
        </Section>
        {shown && (
          <Section
            title={`Edit ${shown.label}`}
            actions={
              variants.length > 1 && (
                <SegmentedControl
                  size="xs"
                  aria-label="Which variant"
                  data={variants.map(({ label }, at) => ({ value: String(at), label }))}
                  value={String(index)}
                  onChange={(at) => setIndex(Number(at))}
                />
              )
            }
          >
            <DraftFields key={index} form={form} index={index} verdict={verdictOf(run.variants[index]?.label ?? '')} />
          </Section>
        )}
        <ProblemAlert error={problem} />
        <Group justify="space-between">
          <Button variant="subtle" color="gray" onClick={onByHand}>
            Use my own emails instead
          </Button>
          <Button type="submit" loading={isPending} disabled={!mayWrite}>
            Keep these variants
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function variantsOf(run: CrewRun): AcceptedDraft['variants'] {
  const shares = evenShares(run.variants.length)
  return run.variants.map(({ label, subject, preheader, body }, at) => ({
    label,
    subject,
    preheader,
    body,
    share: shares[at] ?? 0,
  }))
}

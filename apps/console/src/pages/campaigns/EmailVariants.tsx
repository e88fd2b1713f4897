import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconExternalLink, IconPlus, IconX } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { campaignQuery, updateCampaign } from '../../api/campaigns.ts'
import { emailsQuery } from '../../api/content.ts'
import type { Campaign } from '../../api/types.ts'
import { ButtonLink } from '../../links.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import type { CampaignStepProps } from './steps.ts'
import { evenShares } from './steps.ts'

const mostVariants = 10

/** Which emails are sent, and what share of the audience gets each. */
export function EmailVariants({ campaign, goTo }: CampaignStepProps) {
  const mayWrite = useMay()('campaigns.write')
  const emails = useInfiniteQuery(emailsQuery(undefined))
  const choices =
    emails.data?.pages.flatMap(({ rows }) => rows.map(({ id, name }) => ({ value: id, label: name }))) ?? []
  const form = useForm({ initialValues: { variants: variantsOf(campaign) }, validate: { variants: faultOf } })
  const { submit, isPending, problem } = useSubmit(form, (values) => updateCampaign(campaign.id, values), {
    done: 'Variants saved.',
    refresh: [campaignQuery(campaign.id).queryKey],
    onDone: () => goTo('audience'),
  })
  const { variants } = form.values
  const setCount = (next: typeof variants) => {
    const shares = evenShares(next.length)
    form.setFieldValue(
      'variants',
      next.map((variant, at) => ({ ...variant, share: shares[at] ?? 0 })),
    )
  }
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Section
        title="Variants"
        description="Each person gets exactly one of these, always the same one: shares are in per cent of those who are written to."
      >
        <Stack>
          {variants.map((variant, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name until they are saved
            <Group key={index} align="flex-end" gap="xs">
              <TextInput label="Label" w={90} required {...form.getInputProps(`variants.${index}.label`)} />
              <Select
                label="Email"
                placeholder="Choose an email"
                data={choices}
                searchable
                required
                style={{ flex: '1 1 200px' }}
                {...form.getInputProps(`variants.${index}.emailId`)}
              />
              <NumberInput
                label="Share"
                min={0}
                max={100}
                suffix=" %"
                w={90}
                {...form.getInputProps(`variants.${index}.share`)}
              />
              <ButtonLink
                to={variant.emailId ? paths.email(variant.emailId) : paths.newEmail}
                variant="default"
                px="xs"
                aria-label={variant.emailId ? 'Open this email' : 'New email'}
              >
                {variant.emailId ? <IconExternalLink size={16} /> : <IconPlus size={16} />}
              </ButtonLink>
              <ActionIcon
                size={36}
                aria-label={`Remove ${variant.label}`}
                disabled={variants.length === 1}
                onClick={() => setCount(variants.filter((_, at) => at !== index))}
              >
                <IconX size={16} />
              </ActionIcon>
            </Group>
          ))}
          {form.errors.variants && (
            <Text c="red" size="sm" role="alert">
              {form.errors.variants}
            </Text>
          )}
          <ProblemAlert error={problem} />
          <Group justify="space-between">
            <Button
              variant="light"
              leftSection={<IconPlus size={16} />}
              disabled={variants.length >= mostVariants}
              onClick={() => setCount([...variants, newVariant(variants.length)])}
            >
              Add a variant
            </Button>
            <Button type="submit" loading={isPending} disabled={!mayWrite}>
              Save and go on
            </Button>
          </Group>
        </Stack>
      </Section>
    </form>
  )
}

function newVariant(index: number) {
  return { label: String.fromCharCode('A'.charCodeAt(0) + index), emailId: '', share: 100 }
}

function variantsOf({ variants }: Campaign) {
  if (variants.length === 0) return [newVariant(0)]
  return variants.map(({ label, emailId, share }) => ({ label, emailId, share }))
}

function faultOf(variants: readonly { emailId: string; share: number }[]): string | null {
  if (variants.some(({ emailId }) => emailId === '')) return 'Choose an email for each variant.'
  const sum = variants.reduce((total, { share }) => total + share, 0)
  return sum === 100 ? null : `The shares add up to ${sum} %; they must make 100 %.`
}

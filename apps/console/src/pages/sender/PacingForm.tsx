import { Button, Checkbox, Chip, Group, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { sendersQuery, updateSender } from '../../api/delivery.ts'
import { engineQuery } from '../../api/sending.ts'
import type { Sender } from '../../api/types.ts'
import { timeZone } from '../../format.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { destinationName, limitedDestinations, weekdays } from '../../sending-words.ts'
import { useMay } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { bodyOfSender } from './sender-body.ts'
import { WarmUpChart } from './WarmUpChart.tsx'

type Amount = number | string

interface PacingValues extends Record<string, unknown> {
  messagesPerSecond: Amount
  hasWarmUp: boolean
  hasWindow: boolean
  /** As on the wire, so that what the server says of a field finds it. */
  pacing: {
    destinations: Record<(typeof limitedDestinations)[number], Amount>
    warmUp: { startedOn: string; firstDay: number; growth: number; days: number }
    window: { timeZone: string; days: string[]; from: string; to: string }
  }
}

export type PacingForm = ReturnType<typeof useForm<PacingValues>>

/** How fast a sender may send: over all, to each large provider, while it warms up, and at which hours. */
export function PacingSection({ sender }: { sender: Sender }) {
  const mayWrite = useMay()('delivery.write')
  const form = useForm<PacingValues>({ initialValues: valuesOf(sender) })
  const { submit, isPending, problem } = useSubmit(
    form,
    (values) => updateSender(sender.id, { ...bodyOfSender(sender), ...pacingOf(values) }),
    { done: 'Saved. It counts from the next message on.', refresh: [sendersQuery.queryKey, engineQuery.queryKey] },
  )
  return (
    <Section title="Pace" description="Messages that people wait for are never held by warm-up or sending hours.">
      <form onSubmit={form.onSubmit(submit)}>
        <fieldset className="plain" disabled={!mayWrite}>
          <Stack gap="lg">
            <Rates form={form} />
            <WarmUpFields form={form} />
            <WindowFields form={form} />
            <ProblemAlert error={problem} />
            {mayWrite && (
              <Group>
                <Button type="submit" loading={isPending}>
                  Save the pace
                </Button>
              </Group>
            )}
          </Stack>
        </fieldset>
      </form>
    </Section>
  )
}

function Rates({ form }: { form: PacingForm }) {
  return (
    <div>
      <NumberInput
        label="Messages a second, over all"
        description="What your server or provider allows; empty for no limit."
        min={0.01}
        maw={280}
        {...form.getInputProps('messagesPerSecond')}
      />
      <Text size="sm" fw={500} mt="md" mb={4}>
        Messages a second to each
      </Text>
      <SimpleGrid cols={{ base: 2, sm: 5 }} spacing="sm">
        {limitedDestinations.map((destination) => (
          <NumberInput
            key={destination}
            label={destinationName(destination)}
            placeholder="No limit"
            min={0.01}
            {...form.getInputProps(`pacing.destinations.${destination}`)}
          />
        ))}
      </SimpleGrid>
    </div>
  )
}

function WarmUpFields({ form }: { form: PacingForm }) {
  const { hasWarmUp, pacing } = form.values
  return (
    <div>
      <Checkbox
        label="Warm up"
        description="For an address or domain that receivers do not know yet: a little more each day."
        {...form.getInputProps('hasWarmUp', { type: 'checkbox' })}
      />
      {hasWarmUp && (
        <>
          <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm" mt="sm" style={{ alignItems: 'end' }}>
            <TextInput label="First day" type="date" required {...form.getInputProps('pacing.warmUp.startedOn')} />
            <NumberInput label="Messages that day" min={1} required {...form.getInputProps('pacing.warmUp.firstDay')} />
            <NumberInput
              label="Times more each day"
              min={1}
              max={3}
              step={0.1}
              required
              {...form.getInputProps('pacing.warmUp.growth')}
            />
            <NumberInput label="Days" min={1} max={365} required {...form.getInputProps('pacing.warmUp.days')} />
          </SimpleGrid>
          <WarmUpChart plan={pacing.warmUp} />
        </>
      )}
    </div>
  )
}

const zones = Intl.supportedValuesOf('timeZone')

function WindowFields({ form }: { form: PacingForm }) {
  return (
    <div>
      <Checkbox
        label="Sending hours"
        description="Campaigns leave only then; what is left waits for the next day."
        {...form.getInputProps('hasWindow', { type: 'checkbox' })}
      />
      {form.values.hasWindow && (
        <Stack gap="sm" mt="sm">
          <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
            <TextInput label="From" type="time" required {...form.getInputProps('pacing.window.from')} />
            <TextInput
              label="To"
              type="time"
              description="Earlier than from: over midnight"
              required
              {...form.getInputProps('pacing.window.to')}
            />
            <Select
              label="Time zone"
              data={[...new Set(['UTC', ...zones, form.values.pacing.window.timeZone])]}
              searchable
              allowDeselect={false}
              {...form.getInputProps('pacing.window.timeZone')}
            />
          </SimpleGrid>
          <Chip.Group multiple {...form.getInputProps('pacing.window.days')}>
            <Group gap={6} role="group" aria-label="Days">
              {weekdays.map((name, index) => (
                <Chip key={name} value={String(index + 1)} size="xs">
                  {name}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          {form.errors['pacing.window.days'] && (
            <Text size="xs" c="red">
              {form.errors['pacing.window.days']}
            </Text>
          )}
        </Stack>
      )}
    </div>
  )
}

function valuesOf({ messagesPerSecond, pacing }: Sender): PacingValues {
  const { destinations = {}, warmUp, window } = pacing
  const limits = limitedDestinations.map((name) => [name, destinations[name] ?? ''] as const)
  const { startedOn = new Date().toISOString().slice(0, 10), firstDay = 50, growth = 1.5, days = 30 } = warmUp ?? {}
  return {
    messagesPerSecond: messagesPerSecond ?? '',
    hasWarmUp: warmUp !== null && warmUp !== undefined,
    hasWindow: window !== null && window !== undefined,
    pacing: {
      destinations: Object.fromEntries(limits) as PacingValues['pacing']['destinations'],
      warmUp: { startedOn, firstDay, growth, days },
      window: {
        timeZone: window?.timeZone ?? timeZone(),
        days: (window?.days ?? [1, 2, 3, 4, 5]).map(String),
        from: window?.from ?? '09:00',
        to: window?.to ?? '17:00',
      },
    },
  }
}

function pacingOf({ messagesPerSecond, hasWarmUp, hasWindow, pacing }: PacingValues) {
  const { destinations, warmUp, window } = pacing
  const limits = Object.entries(destinations).flatMap(([name, limit]) =>
    typeof limit === 'number' ? [[name, limit] as const] : [],
  )
  return {
    messagesPerSecond: typeof messagesPerSecond === 'number' ? messagesPerSecond : null,
    pacing: {
      destinations: Object.fromEntries(limits),
      warmUp: hasWarmUp ? warmUp : null,
      window: hasWindow ? { ...window, days: window.days.map(Number).sort((a, b) => a - b) } : null,
    },
  }
}

import { Alert, Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { type ReactNode, useState } from 'react'
import { resolveDeliveries } from '../../api/sending.ts'
import type { Resolution, ResolveDeliveries } from '../../api/types.ts'
import { counted } from '../../format.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { resolutions } from '../../sending-words.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

export interface ResolveDialogProps {
  deliveries: ResolveDeliveries['deliveries']
  count: number
  /** Draws what opens the question. */
  children: (open: () => void) => ReactNode
}

/** Lets an operator say what became of messages whose answer was lost. */
export function ResolveDialog({ deliveries, count, children }: ResolveDialogProps) {
  const [opened, setOpened] = useState(false)
  const close = () => setOpened(false)
  const title = count === 1 ? 'What became of it?' : `What became of these ${counted(count, 'message')}?`
  return (
    <>
      {children(() => setOpened(true))}
      <Modal opened={opened} onClose={close} size="lg" title={<Text fw={600}>{title}</Text>}>
        <ResolveForm deliveries={deliveries} count={count} onDone={close} />
      </Modal>
    </>
  )
}

interface ResolveValues extends Record<string, unknown> {
  as: Resolution | ''
  note: string
}

function ResolveForm({ deliveries, count, onDone }: Omit<ResolveDialogProps, 'children'> & { onDone: () => void }) {
  const [isAsked, ask] = useState(false)
  const form = useForm<ResolveValues>({
    initialValues: { as: '', note: '' },
    validate: { as: (value) => (value === '' ? 'Choose what became of it' : null) },
  })
  const resolve = ({ as, note }: ResolveValues) => resolveDeliveries({ deliveries, as: as as Resolution, note })
  const { submit, isPending, problem } = useSubmit(form, resolve, {
    done: ({ resolved }) => `${counted(resolved, 'message')} decided.`,
    // Lists, reports and accounts of every kind show it.
    refresh: [['engine'], ['delivery'], ['standing'], ['report'], ['page']],
    onDone,
  })
  const isResend = form.values.as === 'resend'
  return (
    <form onSubmit={form.onSubmit((values) => (isResend && !isAsked ? ask(true) : submit(values)))}>
      <Stack>
        <Text size="sm" c="dimmed">
          The line broke after the message and before the answer, so nobody here can know. Look into the log of the
          receiving server, or ask the person.
        </Text>
        {isAsked ? (
          <Alert color="orange" title={`Send ${counted(count, 'message')} again?`}>
            Whoever did get the first copy may see a second one. Many mailboxes drop it because the Message-ID is the
            same; not all do.
          </Alert>
        ) : (
          <Choices form={form} />
        )}
        <ProblemAlert error={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={isAsked ? () => ask(false) : onDone}>
            {isAsked ? 'Back' : 'Leave it open'}
          </Button>
          <Button type="submit" loading={isPending} color={isAsked ? 'orange' : 'accent'}>
            {isAsked ? `Send ${counted(count, 'message')} again` : isResend ? 'Send again …' : 'Decide'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Choices({ form }: { form: { getInputProps: UseFormReturnType<ResolveValues>['getInputProps'] } }) {
  return (
    <>
      <Radio.Group aria-label="What became of it" {...form.getInputProps('as')}>
        <Stack gap="sm">
          {Object.entries(resolutions).map(([value, { label, text }]) => (
            <Radio key={value} value={value} label={label} description={text} />
          ))}
        </Stack>
      </Radio.Group>
      <Textarea
        label="Why"
        description="Kept with each delivery."
        placeholder="Their mail log of 14:30 shows it"
        autosize
        minRows={1}
        {...form.getInputProps('note')}
      />
    </>
  )
}

import { Box, Group, Loader, ScrollArea, Text, ThemeIcon } from '@mantine/core'
import { IconCheck, IconClock, IconX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { StepState } from '../../api/types.ts'
import { counted, formatMs, formatUsd } from '../../format.ts'
import { crewSteps } from '../../words.ts'

const marks = {
  waiting: { color: 'gray', picture: <IconClock size={16} aria-label="waiting" /> },
  running: { color: 'accent', picture: <Loader size={14} aria-label="at work" /> },
  done: { color: 'teal', picture: <IconCheck size={16} aria-label="done" /> },
  failed: { color: 'red', picture: <IconX size={16} aria-label="failed" /> },
} as const satisfies Record<StepState['state'], unknown>

/** One member of the crew: what they are doing, the text as it comes, who really did it and what it cost. */
export function CrewStepCard({ step, text }: { step: StepState; text: string }) {
  const { label, text: duty } = crewSteps[step.step]
  const { color, picture } = marks[step.state]
  return (
    <Box style={{ border: '1px solid var(--line)', borderRadius: 10, opacity: step.state === 'waiting' ? 0.65 : 1 }}>
      <Group p="sm" gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon variant="light" color={color} radius="xl" size={30}>
          {picture}
        </ThemeIcon>
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group justify="space-between" gap={4}>
            <Text fw={600} size="sm">
              {label}{' '}
              <Text span c="dimmed" fw={400}>
                {duty}
              </Text>
            </Text>
            <Text size="xs" c="dimmed" className="numbers">
              {factsOf(step)}
            </Text>
          </Group>
          {text !== '' && <Streamed text={text} isRunning={step.state === 'running'} />}
        </div>
      </Group>
    </Box>
  )
}

function Streamed({ text, isRunning }: { text: string; isRunning: boolean }) {
  const view = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the end of the text as it grows
  useEffect(() => {
    if (isRunning) view.current?.scrollTo({ top: view.current.scrollHeight })
  }, [text, isRunning])
  return (
    <ScrollArea.Autosize mah={210} mt={6} viewportRef={view} type="auto" offsetScrollbars>
      <Text
        size="sm"
        c="dimmed"
        className={isRunning ? 'caret' : ''}
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {text}
      </Text>
    </ScrollArea.Autosize>
  )
}

function factsOf({ by, inputTokens, outputTokens, costUsd, startedAt, finishedAt }: StepState): string {
  const tokens = inputTokens + outputTokens
  const took = startedAt && finishedAt ? formatMs(Date.parse(finishedAt) - Date.parse(startedAt)) : undefined
  const parts = [by, tokens > 0 && counted(tokens, 'token'), by && formatUsd(costUsd), took]
  return parts.filter(Boolean).join(' · ')
}

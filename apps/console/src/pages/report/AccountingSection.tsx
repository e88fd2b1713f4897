import { Group, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { Accounting, Standing } from '../../api/types.ts'
import { counted, formatNumber, formatPercent } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { StackBar } from '../../ui/StackBar.tsx'
import { accountingParts } from './accounting.ts'

export interface AccountingSectionProps {
  campaignId: string
  accounting: Accounting
  standing: Standing | undefined
}

/** Where everybody stands, that it adds up, and what came back. */
export function AccountingSection({ campaignId, accounting, standing }: AccountingSectionProps) {
  const { audience, sent, failed, suppressed, pending, unknown, held } = accounting
  const terms = [sent, failed, suppressed, pending, unknown].map(formatNumber).join(' + ')
  return (
    <Section
      title="Accounting"
      description={
        <span className="numbers">
          Audience {formatNumber(audience)}
          {standing?.complete === false && ' so far'} = {terms}
        </span>
      }
      actions={
        held > 0 && (
          <Text size="sm" c="dimmed" className="numbers">
            {formatNumber(held)} held out, not part of the audience
          </Text>
        )
      }
    >
      <StackBar label="Accounting of the campaign" parts={accountingParts(accounting)} />
      {standing && <CameBack campaignId={campaignId} standing={standing} />}
    </Section>
  )
}

function CameBack({ campaignId, standing }: { campaignId: string; standing: Standing }) {
  const { sent, failed, bounced, hardBounced, complained, replied } = standing
  return (
    <Group justify="space-between" gap="xs" mt="md" pt="sm" style={{ borderTop: '1px solid var(--line)' }}>
      <Text size="sm" className="numbers">
        <strong>{formatNumber(bounced)}</strong> bounced{' '}
        <Text span size="sm" c="dimmed">
          {formatPercent(bounced, sent + failed)}
          {hardBounced > 0 && `, ${formatNumber(hardBounced)} of them addresses that do not exist`}
        </Text>
        {' · '}
        <strong>{formatNumber(complained)}</strong> complained{' '}
        <Text span size="sm" c="dimmed">
          {formatPercent(complained, sent)}
        </Text>
        {' · '}
        <strong>{formatNumber(replied)}</strong> replied{' · '}
        <TextLink to={paths.feedback} search={{ campaign: campaignId }} size="sm">
          What came back
        </TextLink>
      </Text>
      <Checked standing={standing} />
    </Group>
  )
}

function Checked({ standing: { reconciledAt, difference } }: { standing: Standing }) {
  if (reconciledAt === null) return null
  const isRight = difference === 0
  return (
    <Group gap={6} wrap="nowrap" c={isRight ? 'dimmed' : 'red'}>
      {isRight ? <IconCheck size={14} color="var(--tone-green)" /> : <IconAlertTriangle size={14} />}
      <Text component="div" size="xs">
        Accounts checked row by row <Moment at={reconciledAt} />
        {isRight ? ': exact' : `: they differed by ${counted(difference ?? 0, 'row')}; see the server’s log`}
      </Text>
    </Group>
  )
}

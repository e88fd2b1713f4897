import { Alert, Button, Group, Menu, Stack, Text } from '@mantine/core'
import { IconPlus, IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import {
  activateDkimKey,
  checkDkimKey,
  deleteDkimKey,
  dkimKeysQuery,
  generateDkimKey,
  retireDkimKey,
} from '../../api/dkim.ts'
import type { DkimKey, NewDkimKey } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { dkimAlgorithms, dkimStates } from '../../sending-words.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { DnsRecordCard } from '../../ui/DnsRecordCard.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { choicesOf } from '../../words.ts'

const refresh = [dkimKeysQuery.queryKey, ['sender-check']]

/** The keys that sign a domain's messages: made here, published by you, then switched on. */
export function DkimSection({ domain }: { domain: string }) {
  const keys = useQuery(dkimKeysQuery)
  const newKey = <NewKeyButton domain={domain} />
  return (
    <Section
      title={`DKIM keys of ${domain}`}
      description="Make a key, publish its record, then let it sign. To change keys, switch the new one on before you retire the old one."
      actions={newKey}
      flush
    >
      <Loaded query={keys}>
        {({ rows }) => {
          const own = rows.filter((key) => key.domain === domain)
          const active = own.filter(({ state }) => state === 'active').length
          return own.length === 0 ? (
            <Blank
              icon={IconShieldCheck}
              title="No key yet"
              text="Without a key of ours, messages are only signed when your mail server does it."
            />
          ) : (
            <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
              {own.map((key) => (
                <KeyRow key={key.id} dkimKey={key} isLast={active === 1 && key.state === 'active'} />
              ))}
            </Stack>
          )
        }}
      </Loaded>
    </Section>
  )
}

function NewKeyButton({ domain }: { domain: string }) {
  const mayWrite = useMay()('delivery.write')
  const make = useAct((algorithm: NonNullable<NewDkimKey['algorithm']>) => generateDkimKey({ domain, algorithm }), {
    done: 'Key made. Publish its record, then switch it on.',
    refresh,
  })
  if (!mayWrite || domain === '') return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconPlus size={16} />} loading={make.isPending}>
          New key
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {choicesOf(dkimAlgorithms).map(({ value, label }) => (
          <Menu.Item key={value} onClick={() => make.mutate(value as keyof typeof dkimAlgorithms)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function KeyRow({ dkimKey, isLast }: { dkimKey: DkimKey; isLast: boolean }) {
  const mayWrite = useMay()('delivery.write')
  const check = useAct(() => checkDkimKey(dkimKey.id))
  const { selector, algorithm, state, record, createdAt, activatedAt, retiredAt } = dkimKey
  return (
    <li style={{ borderTop: '1px solid var(--line)', padding: '14px 20px' }}>
      <Group justify="space-between" gap="sm" mb={state === 'active' ? 0 : 'xs'}>
        <div>
          <Group gap="xs">
            <Text size="sm" fw={600} ff="monospace">
              {selector}
            </Text>
            <ToneBadge word={dkimStates[state]} />
          </Group>
          <Text component="div" size="xs" c="dimmed">
            {dkimAlgorithms[algorithm]}, {retiredAt ? 'retired' : activatedAt ? 'signs since' : 'made'}{' '}
            <Moment at={retiredAt ?? activatedAt ?? createdAt} />
          </Text>
        </div>
        {mayWrite && (
          <Group gap={6}>
            <Button size="xs" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
              Is it published?
            </Button>
            <KeyActions dkimKey={dkimKey} isLast={isLast} />
          </Group>
        )}
      </Group>
      {check.data && (
        <Alert color={check.data.published ? 'teal' : 'orange'} my="xs" role="status">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {check.data.text}
          </Text>
        </Alert>
      )}
      {state === 'new' && <DnsRecordCard record={record} />}
      {state === 'retired' && (
        <Text size="xs" c="dimmed">
          Keep its record for a week, for messages that are still on their way; then delete both.
        </Text>
      )}
    </li>
  )
}

function KeyActions({ dkimKey: { id, selector, state }, isLast }: { dkimKey: DkimKey; isLast: boolean }) {
  const activate = useAct(() => activateDkimKey(id), { done: `${selector} signs from now on.`, refresh })
  const retire = useAct(() => retireDkimKey(id, isLast), { done: `${selector} signs no longer.`, refresh })
  const remove = useAct(() => deleteDkimKey(id), { done: `${selector} was deleted.`, refresh })
  return (
    <>
      {state === 'new' && (
        <Button size="xs" loading={activate.isPending} onClick={() => activate.mutate()}>
          Let it sign
        </Button>
      )}
      {state === 'active' ? (
        <Confirm
          title={`Retire ${selector}?`}
          text={
            isLast
              ? 'It is the last key of this domain: messages leave unsigned from now on, and bulk receivers refuse those.'
              : 'The other keys of this domain go on signing.'
          }
          action="Retire key"
          busy={retire.isPending}
          onConfirm={() => retire.mutateAsync()}
        >
          {(ask) => (
            <Button size="xs" variant="default" onClick={ask}>
              Retire
            </Button>
          )}
        </Confirm>
      ) : (
        <Confirm
          title={`Delete ${selector}?`}
          text="The key goes for good. Remove its record from DNS, too."
          action="Delete key"
          busy={remove.isPending}
          onConfirm={() => remove.mutateAsync()}
        >
          {(ask) => (
            <Button size="xs" variant="default" onClick={ask}>
              Delete
            </Button>
          )}
        </Confirm>
      )}
    </>
  )
}

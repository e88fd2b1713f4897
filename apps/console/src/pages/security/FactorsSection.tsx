import { Button, Group, Menu, Modal, Text } from '@mantine/core'
import { IconPlus, IconShieldLock } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { factorsQuery, removeFactor } from '../../api/factors.ts'
import { meQuery } from '../../api/identity.ts'
import type { AddedFactor, Factor, FactorKind, Factors } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { AddFactor } from './AddFactor.tsx'
import { kindNames, kindOrder, kindTexts } from './factor-words.ts'
import { RecoveryCodeList } from './RecoveryCodeList.tsx'
import { RenameFactor } from './RenameFactor.tsx'

const columns: readonly Column<Factor>[] = [
  { header: 'Name', bare: true, cell: ({ name }) => <strong>{name}</strong> },
  { header: 'Kind', cell: ({ kind }) => kindNames[kind] },
  { header: 'Added', cell: ({ createdAt }) => <Moment at={createdAt} /> },
  { header: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt ? <Moment at={lastUsedAt} /> : 'Not yet') },
  { header: '', bare: true, align: 'right', cell: (factor) => <FactorButtons factor={factor} /> },
]

export function FactorsSection() {
  const factors = useQuery(factorsQuery)
  const client = useQueryClient()
  const [adding, setAdding] = useState<FactorKind>()
  const [codes, setCodes] = useState<string[]>()
  const finish = ({ recoveryCodes }: AddedFactor) => {
    setAdding(undefined)
    void client.invalidateQueries({ queryKey: factorsQuery.queryKey })
    if (recoveryCodes === null) void client.invalidateQueries({ queryKey: meQuery.queryKey })
    else setCodes(recoveryCodes)
  }
  const closeCodes = () => {
    setCodes(undefined)
    // Only now: a page that was shut for want of a factor opens, and must not take the codes away.
    void client.invalidateQueries({ queryKey: meQuery.queryKey })
  }
  return (
    <Section
      title="Second factors"
      description="What you show besides your password when you sign in, and again before what cannot be taken back."
      actions={factors.data && <AddMenu factors={factors.data} onChoose={setAdding} />}
      flush
    >
      <Loaded query={factors}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Blank
              icon={IconShieldLock}
              title="Your password alone opens your account"
              text="With a second factor, somebody who has your password still stays outside."
            />
          ) : (
            <DataTable label="Second factors" rows={rows} columns={columns} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      <Modal
        opened={adding !== undefined}
        onClose={() => setAdding(undefined)}
        closeOnClickOutside={false}
        title={<Text fw={600}>{adding && `Add: ${kindNames[adding].toLowerCase()}`}</Text>}
      >
        {adding && <AddFactor kind={adding} onAdded={finish} />}
      </Modal>
      <Modal
        opened={codes !== undefined}
        onClose={closeCodes}
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
        title={<Text fw={600}>Your recovery codes</Text>}
      >
        {codes && <RecoveryCodeList codes={codes} onDone={closeCodes} />}
      </Modal>
    </Section>
  )
}

function AddMenu({ factors, onChoose }: { factors: Factors; onChoose: (kind: FactorKind) => void }) {
  const has = (kind: FactorKind) => factors.rows.some((factor) => factor.kind === kind)
  const isOnce = (kind: FactorKind) => kind === 'email' || kind === 'sms'
  const open = kindOrder.filter((kind) => factors.offered.includes(kind) && !(isOnce(kind) && has(kind)))
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button leftSection={<IconPlus size={16} />}>Add a factor</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {open.map((kind) => (
          <Menu.Item key={kind} onClick={() => onChoose(kind)}>
            <Text size="sm" fw={600}>
              {kindNames[kind]}
            </Text>
            <Text size="xs" c="dimmed">
              {kindTexts[kind]}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function FactorButtons({ factor }: { factor: Factor }) {
  const remove = useAct(() => removeFactor(factor.id), {
    done: 'Removed. Your other sessions were signed out.',
    refresh: [factorsQuery.queryKey, meQuery.queryKey],
  })
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <RenameFactor factor={factor} />
      <Confirm
        title={`Remove “${factor.name}”?`}
        text="It signs you in no longer. Your sessions elsewhere end, and we write to you about it."
        action="Remove factor"
        busy={remove.isPending}
        onConfirm={() => remove.mutateAsync().catch(() => undefined)}
      >
        {(ask) => (
          <Button variant="default" size="compact-sm" onClick={ask} aria-label={`Remove ${factor.name}`}>
            Remove
          </Button>
        )}
      </Confirm>
    </Group>
  )
}

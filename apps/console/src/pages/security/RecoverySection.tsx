import { Button, Modal, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { factorsQuery, renewRecoveryCodes } from '../../api/factors.ts'
import { useAct } from '../../parts/use-act.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Section } from '../../ui/Section.tsx'
import { RecoveryCodeList } from './RecoveryCodeList.tsx'

const few = 3

/** How many recovery codes are left, and new ones. Nothing while there is no factor that they could stand in for. */
export function RecoverySection() {
  const { data } = useQuery(factorsQuery)
  const [codes, setCodes] = useState<string[]>()
  const renew = useAct(renewRecoveryCodes, {
    refresh: [factorsQuery.queryKey],
    onDone: (made) => setCodes(made.codes),
  })
  if (data === undefined || data.rows.length === 0) return null
  const left = data.recoveryCodesLeft
  return (
    <Section
      title="Recovery codes"
      description="For the day when you have lost your second factor."
      actions={
        <Confirm
          title="Make new recovery codes?"
          text="The ones you have now no longer work."
          action="Make new codes"
          color="accent"
          busy={renew.isPending}
          onConfirm={() => renew.mutateAsync().catch(() => undefined)}
        >
          {(ask) => (
            <Button variant="default" onClick={ask}>
              New codes
            </Button>
          )}
        </Confirm>
      }
    >
      <Text size="sm" {...(left <= few ? { c: 'orange' } : {})}>
        {left === 1 ? 'One code is left.' : `${left} codes are left.`}
        {left <= few && ' Make new ones soon.'}
      </Text>
      <Modal
        opened={codes !== undefined}
        onClose={() => setCodes(undefined)}
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
        title={<Text fw={600}>Your recovery codes</Text>}
      >
        {codes && <RecoveryCodeList codes={codes} onDone={() => setCodes(undefined)} />}
      </Modal>
    </Section>
  )
}

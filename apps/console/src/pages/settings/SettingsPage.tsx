import { Box, Card } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useMay, useWorkspace } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { roleNames } from '../../words.ts'
import { SettingsMenu, SettingsNav } from './SettingsNav.tsx'
import { type SettingsSection, settingsGroups } from './sections.ts'

const all = settingsGroups.flatMap(({ sections }) => sections)

export function SettingsPage() {
  const { section } = useParams({ strict: false }) as { section?: string }
  const may = useMay()
  const isOpen = ({ permission }: SettingsSection) => permission === undefined || may(permission)
  const groups = settingsGroups
    .map((group) => ({ ...group, sections: group.sections.filter(isOpen) }))
    .filter(({ sections }) => sections.length > 0)
  const wanted = all.find(({ key }) => key === section)
  const shown = wanted ?? groups[0]?.sections[0]
  return (
    <>
      <PageHeader title="Settings" />
      <SettingsMenu groups={groups} shown={shown} />
      <div className="settings">
        <SettingsNav groups={groups} shown={shown} />
        <Box style={{ minWidth: 0, flex: 1 }} key={shown?.key}>
          {shown && (isOpen(shown) ? <shown.View /> : <Closed section={shown} />)}
        </Box>
      </div>
    </>
  )
}

/** Where an old link leads, or where somebody stands whose role was changed. */
function Closed({ section: { label } }: { section: SettingsSection }) {
  const role = useWorkspace()?.role
  return (
    <Card>
      <Blank
        icon={IconLock}
        title={`${label} is not open to you`}
        text={
          role === undefined
            ? 'You are in no workspace.'
            : `You are ${roleNames[role].toLowerCase()} in this workspace. Owners and admins see this.`
        }
      />
    </Card>
  )
}

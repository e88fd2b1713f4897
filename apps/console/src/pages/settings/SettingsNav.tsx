import { Box, Button, Menu, Text } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useId } from 'react'
import { MenuLink } from '../../links.tsx'
import { paths } from '../../paths.ts'
import type { SettingsGroup, SettingsSection } from './sections.ts'

export interface SettingsNavProps {
  groups: readonly SettingsGroup[]
  shown: SettingsSection | undefined
}

/** The sections in their groups, at the side of a wide page. */
export function SettingsNav({ groups, shown }: SettingsNavProps) {
  return (
    <Box component="nav" aria-label="Settings" className="settings-nav" visibleFrom="md">
      {groups.map((group) => (
        <Group key={group.label} group={group} shown={shown} />
      ))}
    </Box>
  )
}

function Group({ group: { label, sections }, shown }: { group: SettingsGroup; shown: SettingsSection | undefined }) {
  const id = useId()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups inputs, and these are links
    <div role="group" aria-labelledby={id}>
      <Text id={id} size="xs" fw={600} c="dimmed" px="sm" pb={4}>
        {label}
      </Text>
      {sections.map((section) => (
        <MenuLink
          key={section.key}
          to={paths.settingsSection(section.key)}
          label={section.label}
          active={section.key === shown?.key}
          aria-current={section.key === shown?.key ? 'page' : undefined}
          py={6}
        />
      ))}
    </div>
  )
}

/** The same behind a button, where there is no room at the side. */
export function SettingsMenu({ groups, shown }: SettingsNavProps) {
  const navigate = useNavigate()
  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <Button
          hiddenFrom="md"
          variant="default"
          fullWidth
          justify="space-between"
          mb="md"
          rightSection={<IconSelector size={16} stroke={1.6} />}
          aria-label={`${shown?.label ?? 'Settings'}: another section`}
        >
          {shown?.label ?? 'Settings'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="60dvh" style={{ overflowY: 'auto' }}>
        {groups.map(({ label, sections }) => (
          <div key={label}>
            <Menu.Label>{label}</Menu.Label>
            {sections.map((section) => (
              <Menu.Item
                key={section.key}
                aria-current={section.key === shown?.key ? 'page' : undefined}
                fw={section.key === shown?.key ? 600 : 400}
                onClick={() => void navigate({ to: paths.settingsSection(section.key) })}
              >
                {section.label}
              </Menu.Item>
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

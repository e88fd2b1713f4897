import { Box } from '@mantine/core'
import { ColorSchemeSwitch } from '../../shell/UserMenu.tsx'
import { Section } from '../../ui/Section.tsx'

export function AppearanceSection() {
  return (
    <Section title="Appearance" description="Kept in this browser.">
      <Box maw={280}>
        <ColorSchemeSwitch />
      </Box>
    </Section>
  )
}

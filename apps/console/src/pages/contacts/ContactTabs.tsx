import { Tabs } from '@mantine/core'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { paths } from '../../paths.ts'

const tabs = [
  { label: 'People', to: paths.contacts },
  { label: 'Lists', to: paths.contactLists },
  { label: 'Imports', to: paths.contactImports },
  { label: 'Suppressions', to: paths.suppressions },
] as const

/** The parts of the contacts area. */
export function ContactTabs() {
  const navigate = useNavigate()
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  return (
    <Tabs value={pathname} onChange={(to) => to && navigate({ to })} mb="md" activateTabWithKeyboard={false}>
      <Tabs.List aria-label="Contacts">
        {tabs.map(({ label, to }) => (
          <Tabs.Tab key={to} value={to}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  )
}

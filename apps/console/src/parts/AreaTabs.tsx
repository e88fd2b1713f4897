import { Tabs } from '@mantine/core'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { showTab } from './show-tab.ts'

export interface AreaTabsProps {
  label: string
  tabs: readonly { label: string; to: string }[]
}

/** The pages of one area as tabs; which one is open is in the address. */
export function AreaTabs({ label, tabs }: AreaTabsProps) {
  const navigate = useNavigate()
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  return (
    <Tabs value={pathname} onChange={(to) => to && navigate({ to })} mb="md" activateTabWithKeyboard={false}>
      <Tabs.List aria-label={label} style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
        {tabs.map(({ label: name, to }) => (
          <Tabs.Tab key={to} value={to} ref={to === pathname ? showTab : null}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  )
}

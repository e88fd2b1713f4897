import { AreaTabs } from '../../parts/AreaTabs.tsx'
import { paths } from '../../paths.ts'

const tabs = [
  { label: 'People', to: paths.contacts },
  { label: 'Lists', to: paths.contactLists },
  { label: 'Fields', to: paths.contactFields },
  { label: 'Imports', to: paths.contactImports },
  { label: 'Suppressions', to: paths.suppressions },
] as const

/** The parts of the contacts area. */
export function ContactTabs() {
  return <AreaTabs label="Contacts" tabs={tabs} />
}

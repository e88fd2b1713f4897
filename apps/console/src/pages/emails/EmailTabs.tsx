import { AreaTabs } from '../../parts/AreaTabs.tsx'
import { paths } from '../../paths.ts'

const tabs = [
  { label: 'Emails', to: paths.emails },
  { label: 'Partials', to: paths.partials },
] as const

/** Whole emails, and the pieces they share. */
export function EmailTabs() {
  return <AreaTabs label="Emails" tabs={tabs} />
}

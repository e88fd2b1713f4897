import { AreaTabs } from '../../parts/AreaTabs.tsx'
import { paths } from '../../paths.ts'

const tabs = [
  { label: 'Now', to: paths.sending },
  { label: 'Bounces and complaints', to: paths.feedback },
  { label: 'Messages by the API', to: paths.messages },
]

export function SendingTabs() {
  return <AreaTabs label="Sending" tabs={tabs} />
}

import { useQuery } from '@tanstack/react-query'
import { partialsQuery } from '../../api/content.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useRouteId } from '../../parts/use-route-id.ts'
import { NotFoundPage } from '../NotFoundPage.tsx'
import { PartialEditor } from './PartialEditor.tsx'

export function PartialPage() {
  const name = useRouteId()
  const partials = useQuery(partialsQuery)
  return (
    <Loaded query={partials}>
      {({ rows }) => {
        const partial = rows.find((row) => row.name === name)
        return partial === undefined ? <NotFoundPage /> : <PartialEditor partial={partial} key={name} />
      }}
    </Loaded>
  )
}

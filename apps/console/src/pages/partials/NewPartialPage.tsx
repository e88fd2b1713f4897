import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { partialsQuery } from '../../api/content.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { paths } from '../../paths.ts'
import { PartialEditor } from './PartialEditor.tsx'

export function NewPartialPage() {
  const partials = useQuery(partialsQuery)
  const navigate = useNavigate()
  return (
    <Loaded query={partials}>
      {({ rows }) => (
        <PartialEditor
          taken={rows.map(({ name }) => name)}
          onMade={(name) => navigate({ to: paths.partial(name), replace: true })}
        />
      )}
    </Loaded>
  )
}

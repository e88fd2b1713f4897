import { useQuery } from '@tanstack/react-query'
import { emailQuery } from '../../api/content.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useRouteId } from '../../parts/use-route-id.ts'
import { EmailEditor } from './EmailEditor.tsx'

export function EmailPage() {
  const id = useRouteId()
  // A refetch in the background would change the revision under the person's hands.
  const email = useQuery({ ...emailQuery(id), staleTime: Number.POSITIVE_INFINITY })
  return <Loaded query={email}>{(found) => <EmailEditor email={found} key={found.id} />}</Loaded>
}

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { meQuery } from '../api/identity.ts'
import { isProblem } from '../api/problem.ts'
import { useLive, useLiveEnd } from '../api/use-live.ts'

/**
 * Asks again who is signed in as soon as the server says that the session has ended or that the person's place in the
 * workspace has changed: a session that was ended elsewhere leaves the page, and a new role shows what it may.
 */
export function SessionWatch() {
  const client = useQueryClient()
  const router = useRouter()
  const ask = async () => {
    await client.fetchQuery({ ...meQuery, staleTime: 0 }).catch(async (error: unknown) => {
      if (!isProblem(error) || error.status !== 401) return
      client.removeQueries({ queryKey: meQuery.queryKey })
      await router.invalidate()
    })
  }
  useLive('membership', () => void ask())
  useLiveEnd(() => void ask())
  return null
}

import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/sessions', { signal })),
})
export const endSession = (sessionId: string) =>
  take(fanfare.DELETE('/v1/sessions/{sessionId}', { params: { path: { sessionId } } }))
export const endOtherSessions = () => take(fanfare.DELETE('/v1/sessions'))

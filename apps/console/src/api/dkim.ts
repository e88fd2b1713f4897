import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'
import type { NewDkimKey } from './types.ts'

export const dkimKeysQuery = queryOptions({
  queryKey: ['dkim-keys'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/dkim-keys', { signal })),
})
const pathOf = (dkimKeyId: string) => ({ params: { path: { dkimKeyId } } })

export const generateDkimKey = (body: NewDkimKey) => take(fanfare.POST('/v1/dkim-keys', { body }))
export const checkDkimKey = (id: string) => take(fanfare.POST('/v1/dkim-keys/{dkimKeyId}/check', pathOf(id)))
export const activateDkimKey = (id: string) => take(fanfare.POST('/v1/dkim-keys/{dkimKeyId}/activate', pathOf(id)))
export const retireDkimKey = (id: string, leaveUnsigned: boolean) =>
  take(fanfare.POST('/v1/dkim-keys/{dkimKeyId}/retire', { ...pathOf(id), body: { leaveUnsigned } }))
export const deleteDkimKey = (id: string) => take(fanfare.DELETE('/v1/dkim-keys/{dkimKeyId}', pathOf(id)))

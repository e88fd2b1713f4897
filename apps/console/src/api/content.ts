import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { fanfare, given, take } from './call.ts'
import { pagedQuery } from './pages.ts'
import type { EmailChange, EmailDraft, EmailSummary, PreviewRequest } from './types.ts'

export const emailsQuery = (search: string | undefined) =>
  pagedQuery<EmailSummary>('/v1/emails', { search }, (page, signal) =>
    take(fanfare.GET('/v1/emails', { params: { query: { ...given({ search }), ...page } }, signal })),
  )
export const emailMatchesQuery = (search: string, limit: number) =>
  queryOptions({
    queryKey: ['email-matches', search, limit],
    queryFn: ({ signal }) => take(fanfare.GET('/v1/emails', { params: { query: { search, limit } }, signal })),
  })
export const emailQuery = (id: string) =>
  queryOptions({
    queryKey: ['email', id],
    queryFn: ({ signal }) => take(fanfare.GET('/v1/emails/{emailId}', { params: { path: { emailId: id } }, signal })),
  })
export const startersQuery = queryOptions({
  queryKey: ['starters'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/email-starters', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
})
export const previewQuery = (body: PreviewRequest) =>
  queryOptions({
    queryKey: ['preview', body],
    queryFn: ({ signal }) => take(fanfare.POST('/v1/emails/preview', { body, signal })),
    enabled: body.subject !== '' && body.body !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  })

export const partialsQuery = queryOptions({
  queryKey: ['partials'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/partials', { signal })),
  staleTime: 30_000,
})
/** What a changed partial makes stale: previews and findings name it. */
export const partialReaders = [partialsQuery.queryKey, ['preview'], ['email']] as const

export const createEmail = (body: EmailDraft) => take(fanfare.POST('/v1/emails', { body }))
export const updateEmail = (id: string, body: EmailChange) =>
  take(fanfare.PUT('/v1/emails/{emailId}', { params: { path: { emailId: id } }, body }))
export const deleteEmail = (id: string) =>
  take(fanfare.DELETE('/v1/emails/{emailId}', { params: { path: { emailId: id } } }))
export const copyEmail = (id: string) =>
  take(fanfare.POST('/v1/emails/{emailId}/copy', { params: { path: { emailId: id } } }))

export const savePartial = (name: string, body: string) =>
  take(fanfare.PUT('/v1/partials/{name}', { params: { path: { name } }, body: { body } }))
export const deletePartial = (name: string) =>
  take(fanfare.DELETE('/v1/partials/{name}', { params: { path: { name } } }))

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { pagedQuery } from './pages.ts'
import type { Email, EmailChange, EmailDraft, EmailSummary, Preview, PreviewRequest, Rows, Starter } from './types.ts'

export const emailsQuery = (search: string | undefined) => pagedQuery<EmailSummary>('/v1/emails', { search })
export const emailQuery = (id: string) =>
  queryOptions({
    queryKey: ['email', id],
    queryFn: ({ signal }) => call<Email>('GET', `/v1/emails/${id}`, { signal }),
  })
export const startersQuery = queryOptions({
  queryKey: ['starters'],
  queryFn: ({ signal }) => call<Rows<Starter>>('GET', '/v1/email-starters', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
export const previewQuery = (body: PreviewRequest) =>
  queryOptions({
    queryKey: ['preview', body],
    queryFn: ({ signal }) => call<Preview>('POST', '/v1/emails/preview', { body, signal }),
    enabled: body.subject !== '' && body.body !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  })

export const createEmail = (body: EmailDraft) => call<Email>('POST', '/v1/emails', { body })
export const updateEmail = (id: string, body: EmailChange) => call<Email>('PUT', `/v1/emails/${id}`, { body })
export const deleteEmail = (id: string) => call<void>('DELETE', `/v1/emails/${id}`)
export const copyEmail = (id: string) => call<Email>('POST', `/v1/emails/${id}/copy`)
